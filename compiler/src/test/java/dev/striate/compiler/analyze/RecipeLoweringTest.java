package dev.striate.compiler.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Expectation.Comparison;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Schedule;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecipeLoweringTest {
    @Test
    void everySettingIsRead() {
        RecipeModel model = Nets.net(Nets.LENET5).recipes().getFirst();
        assertThat(model.doc()).isEqualTo("With momentum.");
        assertThat(model.recipe())
                .isEqualTo(Recipe.recipe(
                                "Digits",
                                Data.data("digits", 128).seed(42).withoutLast(),
                                Phase.phase(20, new Optimizer.Sgd(0.01, 0.9, true, 5e-4))
                                        .schedule(Schedule.step(5, 0.5)))
                        .feed("image", "pixels")
                        .expect("acc", Comparison.AT_LEAST, 0.98, "test.cnn:27")
                        .expect("xent", Comparison.BELOW, 1, "test.cnn:28"));
    }

    @Test
    void filesAreArgumentsOfTheDataSet() {
        Recipe recipe = Nets.net("""
                        net Net {
                          input image: f32[N, 1, 28, 28]
                          label digit: class[N, 10]
                          image -> flatten -> fc(10) -> output y
                          loss l = cross_entropy(y, digit)
                        }
                        train Files for Net {
                          data idx("a", "b", "c", test_labels="d", classes=47, batch=8)
                          optimize sgd(0.1)
                          schedule cosine
                          stop after(1 epoch)
                        }
                        """).recipes().getFirst().recipe();
        assertThat(recipe.data().arguments())
                .isEqualTo(Map.of("images", "a", "labels", "b", "test_images", "c", "test_labels", "d", "classes", 47));
        assertThat(recipe.phases())
                .containsExactly(Phase.phase(1, Optimizer.sgd(0.1)).schedule(Schedule.cosine(0)));
    }
}
