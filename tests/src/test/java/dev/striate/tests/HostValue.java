package dev.striate.tests;

import dev.striate.core.Sizes;
import dev.striate.runtime.cuda.kernel.Element;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Memory of the host that stands for a device's, as the elements of a value {@code [n, c, h, w]} in row-major order.
 *
 * @param data the memory
 * @param element what lies there
 * @param shape the shape
 * @param channelsLast whether it lies as {@code [n, h, w, c]}
 */
record HostValue(MemorySegment data, Element element, Sizes shape, boolean channelsLast) {
    private static final int BFLOAT16_DROPPED = 16;

    /** What a float32 number becomes as an element: the nearest, of two the even one. */
    static float round(Element element, float v) {
        return switch (element) {
            case FLOAT32 -> v;
            case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16(v));
            case BFLOAT16 -> {
                if (Float.isNaN(v)) {
                    yield v;
                }
                int bits = Float.floatToRawIntBits(v);
                int even = bits >>> BFLOAT16_DROPPED & 1;
                yield Float.intBitsToFloat((bits + 0x7fff + even) & -1 << BFLOAT16_DROPPED);
            }
        };
    }

    private long place(int index) {
        if (!channelsLast) {
            return index;
        }
        int area = shape.elementsFrom(2);
        int channels = shape.dim(1);
        return (index / (area * channels) * (long) area + index % area) * channels + index / area % channels;
    }

    /** Element {@code index}. */
    float get(int index) {
        long i = place(index);
        return switch (element) {
            case FLOAT32 -> data.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            case FLOAT16 -> Float.float16ToFloat(data.getAtIndex(ValueLayout.JAVA_SHORT, i));
            case BFLOAT16 -> Float.intBitsToFloat(data.getAtIndex(ValueLayout.JAVA_SHORT, i) << BFLOAT16_DROPPED);
        };
    }

    /** Sets element {@code index}, rounded. */
    void set(int index, float v) {
        long i = place(index);
        switch (element) {
            case FLOAT32 -> data.setAtIndex(ValueLayout.JAVA_FLOAT, i, v);
            case FLOAT16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(v));
            case BFLOAT16 -> {
                int bits = Float.floatToRawIntBits(round(element, v));
                data.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >>> BFLOAT16_DROPPED));
            }
        }
    }

    /** How many elements there are. */
    int elements() {
        return shape.elements();
    }
}
