package dev.striate.runtime.backend.cpu;

import dev.striate.core.expr.Expr.BinaryFunction;
import dev.striate.core.expr.Expr.UnaryFunction;

/**
 * Element-wise functions of arrays, as loops that the JIT compiler turns into vector instructions: no branches, no
 * calls, float32 throughout. Results are the same on every machine.
 */
final class VectorMath {
    /** From here on the rational approximation of tanh gives exactly 1. */
    private static final float TANH_SATURATES = 7.9097466f;

    /** Below, the result of {@link #exp} is 0, as it is from about -87.7 on: no denormal numbers. */
    private static final float SMALLEST_EXPONENT = -88f;

    /** Beyond, the result of {@link #exp} stays what it is here, the power of two of a finite float. */
    private static final float LARGEST_EXPONENT = 88.02f;

    private static final float LOG2_E = 1.442695f;

    /** ln 2 as the sum of a number of few bits, whose multiples are exact, and a small one. */
    private static final float LN2_HIGH = 0.6933594f;

    private static final float LN2_LOW = -2.1219444e-4f;

    /** 1.5 * 2^23: adding it rounds a small number to an integer. */
    private static final float ROUNDER = 12582912f;

    private VectorMath() {}

    /** {@code y = f(x)} for the first {@code n} elements; x and y may be the same array, {@code spare} is another. */
    static void apply(UnaryFunction f, float[] x, float[] y, float[] spare, int n) {
        switch (f) {
            case NEG -> negate(x, y, n);
            case TANH -> tanh(x, y, n);
            case SIGMOID -> sigmoid(x, y, spare, n);
            case SOFTPLUS, EXP, LOG -> inDouble(f, x, y, n);
            case SQRT -> squareRoot(x, y, n);
            case ABS -> absolute(x, y, n);
            case ERF -> erf(x, y, n);
        }
    }

    /** {@code y = f(a, b)} for the first {@code n} elements; the arrays may be the same. */
    static void apply(BinaryFunction f, float[] a, float[] b, float[] y, int n) {
        switch (f) {
            case ADD -> add(a, b, y, n);
            case SUB -> subtract(a, b, y, n);
            case MUL -> multiply(a, b, y, n);
            case DIV -> divide(a, b, y, n);
            case MIN -> min(a, b, y, n);
            case MAX -> max(a, b, y, n);
            case GREATER -> greater(a, b, y, n);
        }
    }

    private static void negate(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = -x[i];
        }
    }

    /**
     * x P(x²) / Q(x²) with P and Q of degree 4, the minimax fit of the relative error on [0, 9.02] (Remez' algorithm in
     * 60 digits: 2.1e-8). With rounding, within 4e-7 of the true value; never beyond -1 and 1.
     */
    private static void tanh(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            float v = Math.max(-TANH_SATURATES, Math.min(TANH_SATURATES, x[i]));
            float u = v * v;
            float p = 1.3319075e-8f;
            p = p * u + 2.0583482e-5f;
            p = p * u + 0.0034940348f;
            p = p * u + 0.13379718f;
            p = p * u + 1f;
            float q = 7.7620206e-7f;
            q = q * u + 3.283093e-4f;
            q = q * u + 0.025871074f;
            q = q * u + 0.46713033f;
            q = q * u + 1f;
            y[i] = v * p / q;
        }
    }

    /** {@code 1 / (1 + exp(-x))}, within 3e-7 of the true value from -87 on; below it is a number under 1e-38. */
    private static void sigmoid(float[] x, float[] y, float[] spare, int n) {
        negate(x, y, n);
        exp(y, y, spare, n);
        for (int i = 0; i < n; i++) {
            y[i] = 1f / (1f + y[i]);
        }
    }

    /** A function at full range and precision, in float64, one element after the other. */
    private static void inDouble(UnaryFunction f, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = (float) f.apply(x[i]);
        }
    }

    private static void squareRoot(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = (float) Math.sqrt(x[i]);
        }
    }

    private static void absolute(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = Math.abs(x[i]);
        }
    }

    /**
     * The error function by Abramowitz and Stegun 1964, 7.1.26: {@code 1 - P(t) exp(-x^2)} with {@code t = 1 / (1 +
     * 0.3275911 |x|)} and P of degree 5, odd in x. Within 1.5e-7 of the true value, in float64 and then rounded.
     */
    private static void erf(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            double a = Math.abs(x[i]);
            double t = 1 / (1 + 0.3275911 * a);
            double p = 1.061405429;
            p = p * t - 1.453152027;
            p = p * t + 1.421413741;
            p = p * t - 0.284496736;
            p = p * t + 0.254829592;
            y[i] = (float) Math.copySign(1 - p * t * Math.exp(-a * a), x[i]);
        }
    }

    /**
     * {@code exp(x)}: a power of two times the minimax polynomial of degree 6 of the relative error on [-ln(2)/2,
     * ln(2)/2] (Remez: 1.9e-9). Within 2e-7 of the true value between -87.3 and 88.02; 0 below, and not growing above.
     *
     * @param spare an array for the exponents, different from x and y: putting the powers of two together is the one
     *     thing that is not vectorised, and gets a loop of its own
     */
    static void exp(float[] x, float[] y, float[] spare, int n) {
        for (int i = 0; i < n; i++) {
            float v = Math.max(SMALLEST_EXPONENT, Math.min(LARGEST_EXPONENT, x[i]));
            float k = v * LOG2_E + ROUNDER - ROUNDER;
            float r = v - k * LN2_HIGH - k * LN2_LOW;
            float p = 0.0013836835f;
            p = p * r + 0.008374824f;
            p = p * r + 0.041668225f;
            p = p * r + 0.1666642f;
            p = p * r + 0.4999999f;
            p = p * r + 1f;
            p = p * r + 1f;
            y[i] = p;
            spare[i] = k;
        }
        for (int i = 0; i < n; i++) {
            y[i] *= Float.intBitsToFloat(((int) spare[i] + 127) << 23);
        }
    }

    static void add(float[] a, float[] b, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = a[i] + b[i];
        }
    }

    private static void subtract(float[] a, float[] b, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = a[i] - b[i];
        }
    }

    private static void multiply(float[] a, float[] b, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = a[i] * b[i];
        }
    }

    private static void divide(float[] a, float[] b, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = a[i] / b[i];
        }
    }

    private static void min(float[] a, float[] b, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = Math.min(a[i], b[i]);
        }
    }

    static void max(float[] a, float[] b, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = Math.max(a[i], b[i]);
        }
    }

    /** 1 where {@code a > b}, else 0, also for NaN: as arithmetic, since a comparison would not be vectorised. */
    private static void greater(float[] a, float[] b, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = Math.max((int) Math.signum(a[i] - b[i]), 0);
        }
    }
}
