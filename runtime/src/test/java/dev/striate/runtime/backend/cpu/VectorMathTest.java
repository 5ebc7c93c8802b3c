package dev.striate.runtime.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.striate.core.expr.Expr.BinaryFunction;
import dev.striate.core.expr.Expr.UnaryFunction;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The documented accuracy of the approximations, over their whole range. */
class VectorMathTest {
    private static final float[] ODD = {
        Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0, -0f, 1, -1, Float.MIN_VALUE, Float.MAX_VALUE
    };

    @Test
    void tanhIsAccurateAndStaysWithinOne() {
        assertThat(worst(1e-6f, 12, UnaryFunction.TANH, Math::tanh)).isLessThan(4e-7);
        assertThat(worst(-12, -1e-6f, UnaryFunction.TANH, Math::tanh)).isLessThan(4e-7);
        float[] y = new float[1];
        for (int bits = Float.floatToRawIntBits(7.5f); bits < Float.floatToRawIntBits(8.5f); bits += 17) {
            VectorMath.apply(UnaryFunction.TANH, new float[] {Float.intBitsToFloat(bits)}, y, y, 1);
            assertThat(y[0]).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void sigmoidIsAccurate() {
        assertThat(worst(-87, 30, UnaryFunction.SIGMOID, x -> 1 / (1 + Math.exp(-x))))
                .isLessThan(3e-7);
    }

    @Test
    void expIsAccurate() {
        assertThat(worst(-87.3f, 88, null, Math::exp)).isLessThan(2e-7);
        float[] x = {-88.5f, -1e30f, Float.NEGATIVE_INFINITY, Float.NaN, 0};
        VectorMath.exp(x, x, new float[5], 5);
        assertThat(x).containsExactly(0, 0, 0, Float.NaN, 1);
    }

    @Test
    void erfIsAccurate() {
        float[] y = new float[1];
        for (int i = -700; i <= 700; i++) {
            float x = i / 100f;
            VectorMath.apply(UnaryFunction.ERF, new float[] {x}, y, y, 1);
            assertThat((double) y[0]).as("erf(%s)", x).isCloseTo(UnaryFunction.ERF.apply(x), within(2.2e-7));
        }
    }

    /** The largest relative error over 400,000 arguments; of exp where there is no function. */
    private static double worst(float from, float to, @Nullable UnaryFunction f, DoubleUnaryOperator exact) {
        int n = 400_000;
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = from + (to - from) * i / n;
        }
        float[] y = new float[n];
        if (f == null) {
            VectorMath.exp(x, y, new float[n], n);
        } else {
            VectorMath.apply(f, x, y, new float[n], n);
        }
        double worst = 0;
        for (int i = 0; i < n; i++) {
            double e = exact.applyAsDouble(x[i]);
            worst = Math.max(worst, Math.abs(y[i] - e) / Math.abs(e));
        }
        return worst;
    }

    @Test
    void everyFunctionOfTwoIsThatOfTheExpression() {
        for (BinaryFunction f : BinaryFunction.values()) {
            for (float a : ODD) {
                for (float b : ODD) {
                    float[] y = {a};
                    VectorMath.apply(f, y, new float[] {b}, y, 1);
                    Float expected = (float) f.apply(a, b) + 0f; // -0 becomes 0, which is as good
                    assertThat((Float) (y[0] + 0f))
                            .as("%s of %s and %s", f, a, b)
                            .isEqualTo(expected);
                }
            }
        }
    }
}
