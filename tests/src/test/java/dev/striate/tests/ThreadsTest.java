package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.DataSets;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A net whose optimizer has work for several threads learns the same with one of them as with two. */
class ThreadsTest {
    private static String text(String name, String optimizer) {
        return """
            net Wide {
              input image: f32[N, 1, 8, 8]
              label digit: class[N, 10]
              image -> conv(24, 3, pad=1) -> batch_norm -> relu -> flatten -> fc(300) -> relu -> fc(10) -> output logits
              loss xent = cross_entropy(logits, digit)
            }
            train %s for Wide {
              data     digits(batch=479, seed=1)
              optimize %s
              stop     after(1 epoch)
            }
            """.formatted(name, optimizer);
    }

    @TempDir
    Path folder = Path.of("");

    private static float[] trained(GeneratedNet net, Recipe recipe, Backend backend) throws Exception {
        Weights weights = Weights.init(net.spec(), 1);
        try (Arena arena = Arena.ofConfined()) {
            Samples samples = Samples.of(DataSets.open("digits", Map.of(), List.of(), arena), recipe);
            try (Trainer trainer = new Trainer(net.with(weights), recipe, samples, backend)) {
                trainer.fit(new TrainingListener() {});
            }
        }
        return weights.tensor("fc1.weight").toArray();
    }

    @Test
    void learnTheSame() throws Exception {
        Map<String, String> optimizers =
                Map.of("Plain", "sgd(lr=0.1, momentum=0.9, decay=1e-4)", "Adaptive", "adam(lr=0.01)");
        for (Map.Entry<String, String> optimizer : optimizers.entrySet()) {
            GeneratedNet net =
                    GeneratedNet.of(text(optimizer.getKey(), optimizer.getValue()), folder.resolve(optimizer.getKey()));
            @SuppressWarnings("unchecked") // that is how the field is declared
            Recipe recipe = ((List<Recipe>) net.type().getField("RECIPES").get(null)).getFirst();
            float[] one = trained(net, recipe, Backends.cpu(1));
            assertThat(trained(net, recipe, Backends.cpu(2)))
                    .as(optimizer.getKey())
                    .containsExactly(one);
            assertThat(one)
                    .isNotEqualTo(
                            Weights.init(net.spec(), 1).tensor("fc1.weight").toArray());
        }
    }
}
