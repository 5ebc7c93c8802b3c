package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Element-wise functions of runs of vectors at numbered {@link Places}: a loop for each function, since the JIT compiler
 * must know it. The result may lie where an operand lies.
 */
final class VectorLoops {
    private VectorLoops() {}

    static void copy(Places p, int x, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            a.intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void negate(Places p, int x, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            a.neg().intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void absolute(Places p, int x, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            a.abs().intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void squareRoot(Places p, int x, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            a.sqrt().intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void exp(Places p, int x, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            VectorMath.exp(a).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void log(Places p, int x, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            VectorMath.log(a).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void tanh(Places p, int x, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            VectorMath.tanh(a).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void sigmoid(Places p, int x, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            VectorMath.sigmoid(a).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void softplus(Places p, int x, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            VectorMath.softplus(a).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void erf(Places p, int x, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            VectorMath.erf(a).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void add(Places p, int x, int y, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment bs = p.memory[y];
        long bAt = p.at[y];
        long bStep = p.step[y];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(S, bs, bAt + i * bStep, ORDER);
            a.add(b).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void subtract(Places p, int x, int y, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment bs = p.memory[y];
        long bAt = p.at[y];
        long bStep = p.step[y];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(S, bs, bAt + i * bStep, ORDER);
            a.sub(b).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void multiply(Places p, int x, int y, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment bs = p.memory[y];
        long bAt = p.at[y];
        long bStep = p.step[y];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(S, bs, bAt + i * bStep, ORDER);
            a.mul(b).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void divide(Places p, int x, int y, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment bs = p.memory[y];
        long bAt = p.at[y];
        long bStep = p.step[y];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(S, bs, bAt + i * bStep, ORDER);
            a.div(b).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void min(Places p, int x, int y, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment bs = p.memory[y];
        long bAt = p.at[y];
        long bStep = p.step[y];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(S, bs, bAt + i * bStep, ORDER);
            a.min(b).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void max(Places p, int x, int y, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment bs = p.memory[y];
        long bAt = p.at[y];
        long bStep = p.step[y];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(S, bs, bAt + i * bStep, ORDER);
            a.max(b).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    static void greater(Places p, int x, int y, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment bs = p.memory[y];
        long bAt = p.at[y];
        long bStep = p.step[y];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(S, bs, bAt + i * bStep, ORDER);
            VectorMath.greater(a, b).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    /** The larger of an operand and a number, which is not NaN. */
    static void atLeast(Places p, int x, int y, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment bs = p.memory[y];
        long bAt = p.at[y];
        long bStep = p.step[y];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(S, bs, bAt + i * bStep, ORDER);
            a.blend(b, a.compare(VectorOperators.LT, b)).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    /** The smaller of an operand and a number, which is not NaN. */
    static void atMost(Places p, int x, int y, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment bs = p.memory[y];
        long bAt = p.at[y];
        long bStep = p.step[y];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(S, bs, bAt + i * bStep, ORDER);
            a.blend(b, a.compare(VectorOperators.GT, b)).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    /** {@code a * b + c}. */
    static void multiplyAdd(Places p, int x, int y, int z, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment bs = p.memory[y];
        long bAt = p.at[y];
        long bStep = p.step[y];
        MemorySegment cs = p.memory[z];
        long cAt = p.at[z];
        long cStep = p.step[z];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(S, bs, bAt + i * bStep, ORDER);
            FloatVector c = FloatVector.fromMemorySegment(S, cs, cAt + i * cStep, ORDER);
            a.fma(b, c).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    /** {@code a} where {@code b > c}, else 0 times {@code a}. */
    static void multiplyWhere(Places p, int x, int y, int z, int to, int vectors) {
        MemorySegment as = p.memory[x];
        long aAt = p.at[x];
        long aStep = p.step[x];
        MemorySegment bs = p.memory[y];
        long bAt = p.at[y];
        long bStep = p.step[y];
        MemorySegment cs = p.memory[z];
        long cAt = p.at[z];
        long cStep = p.step[z];
        MemorySegment out = p.memory[to];
        long at = p.at[to];
        for (int i = 0; i < vectors; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, as, aAt + i * aStep, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(S, bs, bAt + i * bStep, ORDER);
            FloatVector c = FloatVector.fromMemorySegment(S, cs, cAt + i * cStep, ORDER);
            a.mul(VectorMath.greater(b, c)).intoMemorySegment(out, at + (long) i * BYTES, ORDER);
        }
    }

    /** Copies {@code n} elements; the last vector copies some once more, where there is a whole one. */
    static void copy(MemorySegment from, long at, MemorySegment to, long toAt, int n) {
        if (n < LANES) {
            for (int i = 0; i < n; i++) {
                float value = from.get(JAVA_FLOAT, at + (long) i * Float.BYTES);
                to.set(JAVA_FLOAT, toAt + (long) i * Float.BYTES, value);
            }
            return;
        }
        for (int i = 0; i < n; i += LANES) {
            long place = (long) Math.min(i, n - LANES) * Float.BYTES;
            FloatVector.fromMemorySegment(S, from, at + place, ORDER).add(0).intoMemorySegment(to, toAt + place, ORDER);
        }
    }

    /** Fills memory with a number. */
    static void fill(MemorySegment memory, long at, int n, float value) {
        FloatVector all = FloatVector.broadcast(S, value);
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            all.intoMemorySegment(memory, at + (long) i * Float.BYTES, ORDER);
        }
        for (; i < n; i++) {
            memory.set(JAVA_FLOAT, at + (long) i * Float.BYTES, value);
        }
    }
}
