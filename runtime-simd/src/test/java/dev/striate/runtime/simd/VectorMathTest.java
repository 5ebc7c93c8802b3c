package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.S;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.expr.Expr.UnaryFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** Functions of vectors are as exact as they say, and give what they should at their ends. */
class VectorMathTest {
    /** Bit patterns from one number that is tried to the next. */
    private static final int STEP = 2_503;

    @Test
    void errorsAreWithinWhatIsSaid() {
        assertThat(worst(VectorMath::exp, Math::exp, 88)).isLessThan(2e-7);
        assertThat(worst(VectorMath::exp, Math::exp, -87)).isLessThan(2e-7);
        assertThat(worst(VectorMath::tanh, Math::tanh, 12)).isLessThan(4e-7);
        assertThat(worst(VectorMath::tanh, Math::tanh, -12)).isLessThan(4e-7);
        assertThat(worst(VectorMath::erf, UnaryFunction.ERF::apply, 5)).isLessThan(5e-7);
        assertThat(worst(VectorMath::sigmoid, x -> 1 / (1 + Math.exp(-x)), 80)).isLessThan(3e-7);
        assertThat(worst(VectorMath::sigmoid, x -> 1 / (1 + Math.exp(-x)), -80)).isLessThan(3e-7);
        assertThat(worst(VectorMath::softplus, x -> x + Math.log1p(Math.exp(-x)), 80))
                .isLessThan(3e-7);
        assertThat(worst(VectorMath::softplus, x -> Math.log1p(Math.exp(x)), -80))
                .isLessThan(3e-7);
        assertThat(worst(VectorMath::log, Math::log, Float.MAX_VALUE)).isLessThan(3e-7);
    }

    @Test
    void ends() {
        float infinity = Float.POSITIVE_INFINITY;
        assertThat(of(VectorMath::exp, infinity)).isEqualTo(infinity);
        assertThat(of(VectorMath::exp, -infinity)).isZero();
        assertThat(of(VectorMath::tanh, infinity)).isEqualTo(1);
        assertThat(of(VectorMath::tanh, -infinity)).isEqualTo(-1);
        assertThat(of(VectorMath::erf, infinity)).isEqualTo(1);
        assertThat(of(VectorMath::log, infinity)).isEqualTo(infinity);
        assertThat(of(VectorMath::log, 0)).isEqualTo(-infinity);
        assertThat(of(VectorMath::log, -1)).isNaN();
        assertThat(of(VectorMath::log, Float.MIN_VALUE)).isEqualTo((float) Math.log(Float.MIN_VALUE));
        assertThat(of(VectorMath::softplus, infinity)).isEqualTo(infinity);
        assertThat(of(VectorMath::softplus, -infinity)).isZero();
    }

    @Test
    void notANumberStaysSo() {
        assertThat(of(VectorMath::exp, Float.NaN)).isNaN();
        assertThat(of(VectorMath::tanh, Float.NaN)).isNaN();
        assertThat(of(VectorMath::erf, Float.NaN)).isNaN();
        assertThat(of(VectorMath::sigmoid, Float.NaN)).isNaN();
        assertThat(of(VectorMath::log, Float.NaN)).isNaN();
        assertThat(of(VectorMath::softplus, Float.NaN)).isNaN();
    }

    @Test
    void tanhAndErfStayWithinOne() {
        for (int bits = Float.floatToRawIntBits(3); bits < Float.floatToRawIntBits(9); bits += 17) {
            float x = Float.intBitsToFloat(bits);
            assertThat(of(VectorMath::tanh, x)).isBetween(0f, 1f);
            assertThat(of(VectorMath::erf, x)).isBetween(0f, 1f);
        }
    }

    private static float of(UnaryOperator<FloatVector> function, float x) {
        return function.apply(FloatVector.broadcast(S, x)).lane(LANES - 1);
    }

    /** The largest relative error between 1e-6 and an end, both with the sign of that. */
    private static double worst(UnaryOperator<FloatVector> function, DoubleUnaryOperator exact, float end) {
        double worst = 0;
        for (int bits = Float.floatToRawIntBits(1e-6f); bits < Float.floatToRawIntBits(Math.abs(end)); bits += STEP) {
            float x = Math.copySign(Float.intBitsToFloat(bits), end);
            double expected = exact.applyAsDouble(x);
            worst = Math.max(worst, Math.abs(of(function, x) - expected) / Math.max(Math.abs(expected), 1e-37));
        }
        return worst;
    }
}
