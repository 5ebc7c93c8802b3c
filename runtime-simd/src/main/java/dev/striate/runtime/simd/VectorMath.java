package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.S;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Functions of vectors, in float32 and without branches; NaN gives NaN. Small enough for the JIT compiler to inline them
 * into a loop, which they need to be fast.
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
        FloatVector shifted = v.mul(LOG2_E).add(ROUNDER);
        FloatVector k = shifted.sub(ROUNDER);
        FloatVector r = v.sub(k.mul(LN2_HIGH)).sub(k.mul(LN2_LOW));
        FloatVector p = FloatVector.broadcast(S, 0.0013836835f).mul(r).add(0.008374824f);
        p = p.mul(r).add(0.041668225f);
        p = p.mul(r).add(0.1666642f);
        p = p.mul(r).add(0.4999999f);
        p = p.mul(r).add(1f);
        p = p.mul(r).add(1f);
        // In two steps, since 2^k alone may be too large or too small.
        IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
        IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
        return p.mul(powerOfTwo(half)).mul(powerOfTwo(exponent.sub(half)));
    }

    private static FloatVector powerOfTwo(IntVector exponent) {
        return exponent.add(BIAS).lanewise(VectorOperators.LSHL, MANTISSA).reinterpretAsFloats();
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
        FloatVector p = u.mul(1.3319075e-8f).add(2.0583482e-5f);
        p = p.mul(u).add(0.0034940348f);
        p = p.mul(u).add(0.13379718f);
        p = p.mul(u).add(1f);
        FloatVector q = u.mul(7.7620206e-7f).add(3.283093e-4f);
        q = q.mul(u).add(0.025871074f);
        q = q.mul(u).add(0.46713033f);
        q = q.mul(u).add(1f);
        return v.mul(p).div(q);
    }

    /**
     * x P(x²) / Q(x²) with P and Q of degree 5, fitted to the relative error on [0, 3.95] (weighted least squares in 40
     * digits: 2.1e-8). With rounding, within 5e-7 of the true value; never beyond -1 and 1.
     */
    static FloatVector erf(FloatVector x) {
        FloatVector v = clamp(x, -ERF_SATURATES, ERF_SATURATES);
        FloatVector u = v.mul(v);
        FloatVector p = u.mul(2.0259563e-06f).add(0.0002846426f);
        p = p.mul(u).add(0.003806775f);
        p = p.mul(u).add(0.052871127f);
        p = p.mul(u).add(0.19151992f);
        p = p.mul(u).add(1.1283791f);
        FloatVector q = u.mul(3.782995e-05f).add(0.0011703635f);
        q = q.mul(u).add(0.015052325f);
        q = q.mul(u).add(0.1145468f);
        q = q.mul(u).add(0.5030628f);
        q = q.mul(u).add(1f);
        return clamp(v.mul(p).div(q), -1f, 1f);
    }

    /**
     * The natural logarithm: that of a power of two, and of the rest m between sqrt(1/2) and sqrt(2), which is
     * {@code 2 atanh((m - 1) / (m + 1))}. Within 3e-7 of the true value; -infinity at 0, NaN below.
     */
    static FloatVector log(FloatVector x) {
        // Denormal numbers have no exponent of their own.
        var small = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
        FloatVector v = x.mul(FloatVector.broadcast(S, 1f).blend(0x1p24f, small));
        IntVector bits = v.reinterpretAsInts();
        IntVector rest = bits.sub(Float.floatToRawIntBits((float) Math.sqrt(0.5)));
        IntVector exponent = rest.lanewise(VectorOperators.ASHR, MANTISSA);
        FloatVector m =
                bits.sub(exponent.lanewise(VectorOperators.LSHL, MANTISSA)).reinterpretAsFloats();
        FloatVector k = exponent.add(ROUNDER_BITS).reinterpretAsFloats().sub(ROUNDER);
        FloatVector power = k.sub(FloatVector.zero(S).blend(24f, small));
        FloatVector y = power.mul(LN2_LOW).add(atanh2(m.sub(1f), m.add(1f))).add(power.mul(LN2_HIGH));
        y = y.blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
        y = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
        // Below 0, and NaN, which is no number that is at least 0.
        return y.blend(Float.NaN, x.compare(VectorOperators.GE, 0f).not());
    }

    /** {@code 2 atanh(a / b)} for {@code |a / b| <= 1/3}, by its series. */
    private static FloatVector atanh2(FloatVector a, FloatVector b) {
        FloatVector s = a.div(b);
        FloatVector u = s.mul(s);
        FloatVector p = u.mul(2f / 15).add(2f / 13);
        p = p.mul(u).add(2f / 11);
        p = p.mul(u).add(2f / 9);
        p = p.mul(u).add(2f / 7);
        p = p.mul(u).add(2f / 5);
        p = p.mul(u).add(2f / 3);
        p = p.mul(u).mul(s);
        return s.add(s).add(p);
    }

    /** {@code log(1 + exp(x))}, without overflow. */
    static FloatVector softplus(FloatVector x) {
        FloatVector e = exp(x.abs().neg());
        FloatVector log = atanh2(e, e.add(2f));
        return x.blend(0f, x.compare(VectorOperators.LT, 0f)).add(log);
    }

    /** 1 where {@code a > b}, else 0. */
    static FloatVector greater(FloatVector a, FloatVector b) {
        return FloatVector.zero(S).blend(1f, a.compare(VectorOperators.GT, b));
    }
}
