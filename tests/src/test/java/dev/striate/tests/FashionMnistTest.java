package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.data.PublishedSet;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.train.Evaluation;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import striate.models.LeNet5;

/** One epoch on real data, which `striate data get fashion_mnist` gets; without it the test fails and says so. */
@Tag("slow")
class FashionMnistTest {
    private static List<Path> folders() {
        Path cache = Path.of(System.getProperty("user.home", ""), ".cache", "striate", "data");
        return Optional.ofNullable(System.getenv("STRIATE_DATA"))
                .map(folder -> List.of(Path.of(folder), cache))
                .orElse(List.of(cache));
    }

    @Test
    void leNet5LearnsArticlesOfClothing() throws Exception {
        Recipe recipe = LeNet5.RECIPES.stream()
                .filter(r -> r.name().equals("Fashion"))
                .findFirst()
                .orElseThrow()
                .phases(p -> p.epochs(1));
        Backend backend = Backends.byName("cpu");
        LeNet5 net = LeNet5.init(recipe.data().seed());
        try (Arena arena = Arena.ofShared()) {
            Splits data = PublishedSet.FASHION_MNIST.open(folders(), arena);
            try (Trainer trainer = new Trainer(net, recipe, Samples.of(data, recipe), backend)) {
                trainer.fit(new TrainingListener() {});
            }
            Map<String, Double> test = Evaluation.of(net, data.test(), recipe.feed(), 128, backend);
            assertThat(test.get("acc")).isGreaterThanOrEqualTo(0.80);
        }
    }
}
