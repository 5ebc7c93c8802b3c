package dev.striate.runtime.simd;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The width of vectors, which is fixed for the life of the process so that the JIT compiler knows it. */
final class Simd {
    /** The system property that forces a width: {@code 128}, {@code 256} or {@code 512}; or {@code off}. */
    static final String WIDTH = "striate.simd";

    /** The system property that turns off the algorithms that round more than a plain sum does. */
    static final boolean EXACT = Boolean.getBoolean("striate.exact");

    /** Vectors of float32. */
    static final VectorSpecies<Float> S = species();

    /** Their lanes: the channels of a block. */
    static final int LANES = S.length();

    /** Bytes of a vector. */
    static final int BYTES = S.vectorByteSize();

    /** The order of bytes in memory. */
    static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Simd() {}

    private static VectorSpecies<Float> species() {
        String width = System.getProperty(WIDTH, "");
        return width.isEmpty()
                ? FloatVector.SPECIES_PREFERRED
                : VectorSpecies.of(float.class, VectorShape.forBitSize(Integer.parseInt(width)));
    }
}
