package dev.striate.runtime.data;

import java.nio.ByteBuffer;

/** IDX files that tests make byte by byte. */
final class IdxFixture {
    private IdxFixture() {}

    /** A file of unsigned bytes with these sizes and elements, which need not fit. */
    static byte[] idx(int[] sizes, int... elements) {
        return typed(0x08, sizes, elements);
    }

    /** The same with another element type. */
    static byte[] typed(int type, int[] sizes, int... elements) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * sizes.length + elements.length);
        bytes.put((byte) 0).put((byte) 0).put((byte) type).put((byte) sizes.length);
        for (int size : sizes) {
            bytes.putInt(size);
        }
        for (int element : elements) {
            bytes.put((byte) element);
        }
        return bytes.array();
    }
}
