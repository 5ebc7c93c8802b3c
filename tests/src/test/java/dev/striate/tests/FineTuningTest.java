package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.DataSets;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fine-tuning as it is taught: the classifier first, and then all of the net, the deeper the slower. */
class FineTuningTest {
    private static final String TEXT = """
            net Tuned {
              input image: f32[N, 1, 8, 8]
              label digit: class[N, 10]
              image -> low: { conv(4, 3, bias=false) -> batch_norm -> relu -> max_pool(2) }
                    -> high: { conv(8, 3) -> tanh -> flatten }
                    -> head: fc(10) -> output logits
              loss xent = cross_entropy(logits, digit)
            }
            train Tune for Tuned {
              data     digits(batch=1437, seed=1)
              optimize sgd(lr=0.1)
              phase classifier for 5 epochs { freeze "low.**", "high.**" with stats }
              phase graded for 1 epoch { group "head.**" lr*0.1  group "high.**" lr*0.01 }
              phase even for 1 epoch {}
            }
            """;

    @TempDir
    Path folder = Path.of("");

    private record Trained(List<String> paths, List<Weights> after) {}

    /** The weights at first and after each of the recipe's phases, which all begin with the same ones. */
    private Trained train() throws Exception {
        GeneratedNet net = GeneratedNet.of(TEXT, folder);
        @SuppressWarnings("unchecked") // that is how the field is declared
        Recipe recipe = ((List<Recipe>) net.type().getField("RECIPES").get(null)).getFirst();
        List<Weights> after = new ArrayList<>(List.of(Weights.init(net.spec(), 1)));
        try (Arena arena = Arena.ofConfined()) {
            for (Phase phase : recipe.phases()) {
                Weights weights = Weights.init(net.spec(), 1);
                Recipe one = Recipe.recipe("One", recipe.data(), phase);
                Samples samples = Samples.of(DataSets.open("digits", Map.of(), List.of(), arena), one);
                try (Trainer trainer = new Trainer(net.with(weights), one, samples, Backends.cpu(1))) {
                    trainer.fit(new TrainingListener() {});
                }
                after.add(weights);
            }
        }
        return new Trained(net.paths(), after);
    }

    private static float[] values(Weights weights, String path) {
        return weights.tensor(path).toArray();
    }

    /** How far one phase moved a weight. */
    private static float[] moved(Trained trained, int phase, String path) {
        float[] first = values(trained.after.getFirst(), path);
        float[] last = values(trained.after.get(phase), path);
        for (int i = 0; i < last.length; i++) {
            last[i] -= first[i];
        }
        return last;
    }

    @Test
    void frozenWeightsAreBitIdenticalAfterTraining() throws Exception {
        Trained trained = train();
        for (String path : trained.paths) {
            boolean isSame = Arrays.equals(values(trained.after.get(1), path), values(trained.after.getFirst(), path));
            assertThat(isSame).as(path).isEqualTo(!path.startsWith("head."));
        }
    }

    @Test
    void theNewTopLearnsATenthAsFastAndWhatIsBelowAHundredth() throws Exception {
        Trained trained = train();
        for (String path : List.of("head.weight", "head.bias", "high.conv1.weight", "low.conv1.weight")) {
            double factor = path.startsWith("head.") ? 0.1 : path.startsWith("high.") ? 0.01 : 1;
            float[] graded = moved(trained, 2, path);
            float[] even = moved(trained, 3, path);
            for (int i = 0; i < graded.length; i++) {
                assertThat((double) graded[i]).as(path).isCloseTo(factor * even[i], within(1e-7));
            }
            assertThat(even).isNotEqualTo(new float[even.length]);
        }
    }
}
