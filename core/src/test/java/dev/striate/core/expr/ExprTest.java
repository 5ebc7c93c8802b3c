package dev.striate.core.expr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.kernel.Pointwise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The functions whose values Java does not have, and the derivatives that are chosen at kinks. */
class ExprTest {
    private static double slope(Pointwise f, double... at) {
        return f.expr().derivative(0).eval(at);
    }

    /** Values of Abramowitz and Stegun, table 7.1, to more digits. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1e-10, 1.1283791670955126e-10",
        "0.5, 0.5204998778130465",
        "-1, -0.8427007929497149",
        "2, 0.9953222650189527",
        "3, 0.9999779095030014",
        "-5, -0.9999999999984626",
        "7, 1",
        "Infinity, 1",
        "NaN, NaN"
    })
    void erfIsAccurate(double x, double expected) {
        double erf = Expr.erf(Expr.arg(0)).eval(x);
        assertThat(Double.compare(erf, expected) == 0 || Math.abs(erf - expected) <= 2e-15)
                .as("erf(%s) = %s", x, erf)
                .isTrue();
    }

    @Test
    void kinksHaveTheDerivativesThatAreDocumented() {
        assertThat(slope(Pointwise.relu(), 0)).isZero();
        assertThat(slope(Pointwise.leakyRelu(0.1), 0)).isEqualTo(0.1);
        assertThat(slope(Pointwise.elu(0.5), 0)).isEqualTo(0.5);
        assertThat(slope(Pointwise.parametricRelu(), 0, 0.2)).isEqualTo(0.2);
        assertThat(slope(Pointwise.abs(), 0)).isZero();
        assertThat(slope(Pointwise.clip(-1, 1), 1)).isZero();
        assertThat(slope(Pointwise.softplus(), 0)).isEqualTo(0.5);
        assertThat(slope(Pointwise.sqrt(), 0)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(slope(Pointwise.largest(2), 3, 3)).isEqualTo(1); // the first of equals
    }

    @Test
    void nothingOverflows() {
        assertThat(Pointwise.softplus().expr().eval(1e4)).isEqualTo(1e4);
        assertThat(Pointwise.softplus().expr().eval(-1e4)).isZero();
        assertThat(Pointwise.elu(1).expr().eval(1e4)).isEqualTo(1e4);
        assertThat(slope(Pointwise.elu(1), 1e4)).isEqualTo(1);
        assertThat(slope(Pointwise.softplus(), 1e4)).isEqualTo(1);
        assertThat(Pointwise.log().expr().eval(0)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(Pointwise.log().expr().eval(-1)).isNaN();
    }
}
