package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gradients of little circuits, which every course computes by hand. */
class CircuitGradientsTest {
    /** For numbers that a course gives with two digits. */
    private static final Offset<Float> TWO_DIGITS = within(0.005f);

    private static final String LOSS = """
            block Value(v) { output value = sum(v, axis=[0, 1]) }
            """;

    @TempDir
    Path folder = Path.of("");

    /** One step of a circuit whose variables are learned numbers. */
    private Map<String, float[]> step(String circuit, Map<String, Float> variables, String backend) throws Exception {
        StringBuilder text = new StringBuilder(LOSS).append("net Circuit {\n  input one: f32[N, 1]\n");
        variables.keySet().stream()
                .sorted()
                .forEach(name -> text.append("  param ").append(name).append(": f32[1]\n"));
        text.append("  output value = ").append(circuit).append("\n  loss f = Value(value)\n}\n");
        Runs runs = Runs.of(text.toString(), folder, backend);
        variables.forEach(runs::weight);
        return runs.step(1, Map.of("one", new float[] {1}));
    }

    private static float number(Map<String, float[]> step, String name) {
        return requireNonNull(step.get(name), name)[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void xPlusYTimesZ(String backend) throws Exception {
        var step = step("(x + y) * z * one", Map.of("x", -2f, "y", 5f, "z", -4f), backend);
        assertThat(number(step, "f")).isEqualTo(-12);
        assertThat(number(step, "x")).isEqualTo(-4);
        assertThat(number(step, "y")).isEqualTo(-4);
        assertThat(number(step, "z")).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void xTimesY(String backend) throws Exception {
        var step = step("x * y * one", Map.of("x", 4f, "y", -3f), backend);
        assertThat(number(step, "f")).isEqualTo(-12);
        assertThat(number(step, "x")).isEqualTo(-3);
        assertThat(number(step, "y")).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void theSigmoidOfTwoInputs(String backend) throws Exception {
        var step = step(
                "one / (1 + exp(0 - (w0 * x0 + w1 * x1 + w2)))",
                Map.of("w0", 2f, "w1", -3f, "w2", -3f, "x0", -1f, "x1", -2f),
                backend);
        assertThat(number(step, "f")).isCloseTo(0.73f, TWO_DIGITS);
        assertThat(number(step, "w0")).isCloseTo(-0.20f, TWO_DIGITS);
        assertThat(number(step, "x0")).isCloseTo(0.39f, TWO_DIGITS);
        assertThat(number(step, "w1")).isCloseTo(-0.39f, TWO_DIGITS);
        assertThat(number(step, "x1")).isCloseTo(-0.59f, TWO_DIGITS);
        assertThat(number(step, "w2")).isCloseTo(0.20f, TWO_DIGITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void addDistributesMaxRoutesAndMulSwaps(String backend) throws Exception {
        var step = step("2 * (x * y + max(z, w)) * one", Map.of("x", 3f, "y", -4f, "z", 2f, "w", -1f), backend);
        assertThat(number(step, "f")).isEqualTo(-20);
        assertThat(number(step, "x")).isEqualTo(2 * -4);
        assertThat(number(step, "y")).isEqualTo(2 * 3);
        assertThat(number(step, "z")).isEqualTo(2);
        assertThat(number(step, "w")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void copySums(String backend) throws Exception {
        var step = step("(3 * x + 4 * x) * one", Map.of("x", 2f), backend);
        assertThat(number(step, "f")).isEqualTo(14);
        assertThat(number(step, "x")).isEqualTo(7);
    }

    /** L = ||relu(X W1) W2||^2 has dL/dW2 = H^T 2Y and dL/dW1 = X^T ((2Y W2^T) where X W1 > 0). */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void theSquaredNormOfTwoLayers(String backend) throws Exception {
        Runs runs = Runs.of("""
                block SquaredNorm(y) { output norm = sum(square(y), axis=[0, 1]) }
                net TwoLayers {
                  input x: f32[N, 5]
                  x -> w1: fc(6, bias=false) -> relu -> w2: fc(3, bias=false) -> output y
                  loss norm = SquaredNorm(y)
                }
                """, folder, backend);
        for (int seed = 0; seed < 20; seed++) {
            float[] values = Runs.normal(new SplittableRandom(seed), 4 * 5);
            Matrix x = new Matrix(4, 5, values);
            Matrix w1 = new Matrix(6, 5, runs.weight("w1.weight")).transposed(); // stored by units
            Matrix w2 = new Matrix(3, 6, runs.weight("w2.weight")).transposed();
            Matrix sums = x.times(w1);
            Matrix hidden = sums.map(v -> Math.max(v, 0));
            Matrix twoY = hidden.times(w2).map(v -> 2 * v);
            Matrix back = twoY.times(w2.transposed()).where(sums);
            Map<String, float[]> step = runs.step(4, Map.of("x", values));
            assertThat(requireNonNull(step.get("w2.weight")))
                    .as("seed %d", seed)
                    .containsExactly(
                            hidden.transposed().times(twoY).transposed().values(), within(1e-4f));
            assertThat(requireNonNull(step.get("w1.weight")))
                    .as("seed %d", seed)
                    .containsExactly(x.transposed().times(back).transposed().values(), within(1e-4f));
        }
    }
}
