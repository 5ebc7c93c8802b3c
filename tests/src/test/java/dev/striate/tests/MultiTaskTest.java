package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two heads on one trunk, and what the trunk gets of both. */
class MultiTaskTest {
    private static final int BATCH = 3;

    @TempDir
    Path folder = Path.of("");

    private Map<String, float[]> step(String objective, Map<String, float[]> inputs, String backend) throws Exception {
        Runs runs = Runs.of("""
                net Face {
                  input image: f32[N, 1, 9, 9]
                  label age: f32[N, 1]
                  label smiling: class[N, 2]
                  let f = image -> trunk: conv(4, 3) -> tanh -> max_pool(7) -> flatten
                  f -> age_head: fc(1) -> output years
                  f -> smile_head: fc(2) -> output smile
                  loss by_age   = smooth_l1(years, age)
                  loss by_smile = cross_entropy(smile, smiling)
                  objective %s
                }
                """.formatted(objective), folder.resolve(objective.replace('*', 'x')), backend);
        return runs.step(BATCH, inputs);
    }

    private static float[] at(Map<String, float[]> step, String name) {
        return requireNonNull(step.get(name), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void theGradientOfTheTrunkIsTheWeightedSum(String backend) throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        Map<String, float[]> inputs = Map.of(
                "image", Runs.normal(random, BATCH * 81),
                "age", Runs.normal(random, BATCH),
                "smiling", new float[] {0, 1, 1});
        Map<String, float[]> age = step("by_age", inputs, backend);
        Map<String, float[]> smile = step("by_smile", inputs, backend);
        Map<String, float[]> both = step("0.3 * by_age + 2 * by_smile", inputs, backend);
        assertThat(at(age, "trunk.weight")).isNotEqualTo(new float[36]);
        assertThat(at(age, "smile_head.weight")).containsOnly(0);
        for (String path : new String[] {"trunk.weight", "trunk.bias", "age_head.weight", "smile_head.weight"}) {
            float[] sum = new float[at(both, path).length];
            for (int i = 0; i < sum.length; i++) {
                sum[i] = 0.3f * at(age, path)[i] + 2 * at(smile, path)[i];
            }
            assertThat(at(both, path)).as(path).containsExactly(sum, within(1e-6f));
        }
    }
}
