package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.S;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Functions of vectors, in float32 and without branches; NaN gives NaN. They fall into parts of 35 bytes of code at most, which
 * the JIT compiler inlines wherever they are called; of larger ones it asks how often they are, and where it takes a place for a rare
 * one, vectors are objects.
 */
final class VectorMath {
    /** From here on the rational approximation of tanh gives exactly 1. */
    private static final float TANH_SATURATES = 7.9097466f;

    /** From here on erf is 1 in float32. */
    private static final float ERF_SATURATES = 3.95f;

    /** The exponential function is 0 below, and infinite above {@link #LARGEST_EXPONENT}. */
    private static final float SMALLEST_EXPONENT = -104f;

    private static final float LARGEST_EXPONENT = 89f;

    private static final float LOG2_E = 1.442695f;

    /** ln 2 as the sum of a number of few bits, whose multiples are exact, and a small one. */
    private static final float LN2_HIGH = 0.6933594f;

    private static final float LN2_LOW = -2.1219444e-4f;

    /** 1.5 * 2^23: adding it rounds a small number to an integer, which the low bits of the sum are. */
    private static final float ROUNDER = 12582912f;

    private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);

    private static final int MANTISSA = 23;
    private static final int BIAS = 127;

    private VectorMath() {}

    /** {@code v}, but at least {@code low} and at most {@code high}. */
    static FloatVector clamp(FloatVector v, float low, float high) {
        FloatVector up = v.blend(low, v.compare(VectorOperators.LT, low));
        return up.blend(high, up.compare(VectorOperators.GT, high));
    }

    /**
     * A power of two times the minimax polynomial of degree 6 of the relative error on [-ln(2)/2, ln(2)/2] (Remez:
     * 1.9e-9). Within 2e-7 of the true value; 0 and infinity where float32 ends.
     */
    static FloatVector exp(FloatVector x) {
        FloatVector v = clamp(x, SMALLEST_EXPONENT, LARGEST_EXPONENT);
        FloatVector shifted = times(v, LOG2_E, FloatVector.broadcast(S, ROUNDER));
        return timesPowerOfTwo(expOfRest(v, shifted), shifted);
    }

    /** Of what is left of {@code v} without {@code k ln 2}, where {@code shifted} is {@code k} behind the rounder. */
    private static FloatVector expOfRest(FloatVector v, FloatVector shifted) {
        FloatVector k = shifted.sub(ROUNDER);
        return expPolynomial(times(k, -LN2_LOW, times(k, -LN2_HIGH, v)));
    }

    private static FloatVector expPolynomial(FloatVector r) {
        FloatVector p = steps(FloatVector.broadcast(S, 0.0013836835f), r, 0.008374824f, 0.041668225f);
        return steps(steps(p, r, 0.1666642f, 0.4999999f), r, 1f, 1f);
    }

    private static FloatVector timesPowerOfTwo(FloatVector p, FloatVector shifted) {
        return byHalves(p, shifted.reinterpretAsInts().sub(ROUNDER_BITS));
    }

    /** {@code p * 2^exponent} in two steps, since the power alone may be too large or too small. */
    private static FloatVector byHalves(FloatVector p, IntVector exponent) {
        IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
        return p.mul(powerOfTwo(half)).mul(powerOfTwo(exponent.sub(half)));
    }

    private static FloatVector powerOfTwo(IntVector exponent) {
        return exponent.add(BIAS).lanewise(VectorOperators.LSHL, MANTISSA).reinterpretAsFloats();
    }

    /** {@code v * factor + summand}. */
    private static FloatVector times(FloatVector v, float factor, FloatVector summand) {
        return v.fma(FloatVector.broadcast(S, factor), summand);
    }

    /** A step of Horner's scheme: {@code p * u + a}. */
    private static FloatVector step(FloatVector p, FloatVector u, float a) {
        return p.fma(u, FloatVector.broadcast(S, a));
    }

    /** Two steps of Horner's scheme: {@code (p * u + a) * u + b}. */
    private static FloatVector steps(FloatVector p, FloatVector u, float a, float b) {
        return step(step(p, u, a), u, b);
    }

    /** {@code 1 / (1 + exp(-x))}, within 3e-7 of the true value where that is not denormal. */
    static FloatVector sigmoid(FloatVector x) {
        FloatVector e = exp(x.neg()).add(1f);
        return FloatVector.broadcast(S, 1f).div(e);
    }

    /**
     * x P(x²) / Q(x²) with P and Q of degree 4, the minimax fit of the relative error on [0, 9.02] (Remez' algorithm in
     * 60 digits: 2.1e-8). With rounding, within 4e-7 of the true value; never beyond -1 and 1.
     */
    static FloatVector tanh(FloatVector x) {
        FloatVector v = clamp(x, -TANH_SATURATES, TANH_SATURATES);
        FloatVector u = v.mul(v);
        return v.mul(tanhTop(u)).div(tanhBottom(u));
    }

    private static FloatVector tanhTop(FloatVector u) {
        FloatVector p = rounded(FloatVector.broadcast(S, 1.3319075e-8f), u, 2.0583482e-5f, 0.0034940348f);
        return rounded(p, u, 0.13379718f, 1f);
    }

    private static FloatVector tanhBottom(FloatVector u) {
        FloatVector p = rounded(FloatVector.broadcast(S, 7.7620206e-7f), u, 3.283093e-4f, 0.025871074f);
        return rounded(p, u, 0.46713033f, 1f);
    }

    /** As {@link #steps}, but with rounded products, with which tanh reaches exactly 1 where it saturates. */
    private static FloatVector rounded(FloatVector p, FloatVector u, float a, float b) {
        return p.mul(u).add(a).mul(u).add(b);
    }

    /**
     * x P(x²) / Q(x²) with P and Q of degree 5, fitted to the relative error on [0, 3.95] (weighted least squares in 40
     * digits: 2.1e-8). With rounding, within 5e-7 of the true value; never beyond -1 and 1.
     */
    static FloatVector erf(FloatVector x) {
        return clamp(erfWithin(clamp(x, -ERF_SATURATES, ERF_SATURATES)), -1f, 1f);
    }

    private static FloatVector erfWithin(FloatVector v) {
        FloatVector u = v.mul(v);
        return v.mul(erfTop(u)).div(erfBottom(u));
    }

    private static FloatVector erfTop(FloatVector u) {
        FloatVector p = steps(FloatVector.broadcast(S, 2.0259563e-06f), u, 0.0002846426f, 0.003806775f);
        return step(steps(p, u, 0.052871127f, 0.19151992f), u, 1.1283791f);
    }

    private static FloatVector erfBottom(FloatVector u) {
        FloatVector p = steps(FloatVector.broadcast(S, 3.782995e-05f), u, 0.0011703635f, 0.015052325f);
        return step(steps(p, u, 0.1145468f, 0.5030628f), u, 1f);
    }

    /**
     * The natural logarithm, by the JDK's own functions of vectors: one of our own would be more operations than the JIT compiler
     * inlines into one loop. Within 3e-7 of the true value; -infinity at 0, NaN below.
     */
    static FloatVector log(FloatVector x) {
        return x.lanewise(VectorOperators.LOG);
    }

    /** {@code log(1 + exp(x))}, without overflow. */
    static FloatVector softplus(FloatVector x) {
        FloatVector e = exp(x.abs().neg());
        return rectified(x).add(e.lanewise(VectorOperators.LOG1P));
    }

    private static FloatVector rectified(FloatVector x) {
        return x.blend(0f, x.compare(VectorOperators.LT, 0f));
    }

    /** 1 where {@code a > b}, else 0. */
    static FloatVector greater(FloatVector a, FloatVector b) {
        return FloatVector.zero(S).blend(1f, a.compare(VectorOperators.GT, b));
    }
}
