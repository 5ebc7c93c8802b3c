package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Vectors of float64, of as many bits as those of float32, and so two for each of those. */
final class Doubles {
    /** Vectors of float64. */
    static final VectorSpecies<Double> D = VectorSpecies.of(double.class, Simd.S.vectorShape());

    /** Half a vector of float32. */
    static final VectorSpecies<Float> HALF =
            VectorSpecies.of(float.class, VectorShape.forBitSize(Simd.S.vectorBitSize() / 2));

    /** Bytes of half a vector of float32. */
    static final int HALF_BYTES = BYTES / 2;

    /** Bytes of a block's numbers in float64. */
    static final int BLOCK_BYTES = Double.BYTES * LANES;

    private Doubles() {}

    /** Half a vector of float32 from memory. */
    static DoubleVector load(MemorySegment x, long at) {
        return (DoubleVector) FloatVector.fromMemorySegment(HALF, x, at, ORDER).convertShape(VectorOperators.F2D, D, 0);
    }

    /**
     * Rounds to one vector of float32. Halves are never stored by themselves: all vectors of float32 that are stored have
     * one class, without which the JIT compiler may keep others on the heap (docs/performance.md tells why).
     */
    static FloatVector join(DoubleVector low, DoubleVector high) {
        return ((FloatVector) low.convertShape(VectorOperators.D2F, Simd.S, 0))
                .add((FloatVector) high.convertShape(VectorOperators.D2F, Simd.S, -1));
    }
}
