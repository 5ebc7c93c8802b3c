package dev.striate.runtime.data.transform;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** A picture [C, H, W], or a mask of classes [H, W], in memory that is used again and again and grows as needed. */
public final class Canvas {
    private float[] values = {};
    private MemorySegment segment = MemorySegment.NULL;
    private int channels;
    private int height;
    private int width;
    private boolean mask;

    /** An empty one. */
    public Canvas() {}

    /** Takes the given size; what it holds is of no meaning then. */
    public void picture(int newChannels, int newHeight, int newWidth) {
        size(newChannels, newHeight, newWidth);
        mask = false;
    }

    /** Takes the given size, for class indices. */
    public void mask(int newHeight, int newWidth) {
        size(1, newHeight, newWidth);
        mask = true;
    }

    private void size(int newChannels, int newHeight, int newWidth) {
        int elements = Math.multiplyExact(Math.multiplyExact(newChannels, newHeight), newWidth);
        if (elements > values.length) {
            values = new float[elements];
            segment = MemorySegment.ofArray(values);
        }
        channels = newChannels;
        height = newHeight;
        width = newWidth;
    }

    /** Takes the size of a part or change of {@code other}, and whether it is a mask. */
    void like(Canvas other, int newHeight, int newWidth) {
        size(other.channels, newHeight, newWidth);
        mask = other.mask;
    }

    void clear() {
        Arrays.fill(values, 0, elements(), 0);
    }

    /** The values, row-major; those behind {@link #elements} have no meaning. */
    public float[] values() {
        return values;
    }

    /** The same memory as a segment, for reading into. */
    public MemorySegment segment() {
        return segment;
    }

    /** The number of planes. */
    public int channels() {
        return channels;
    }

    /** The number of rows. */
    public int height() {
        return height;
    }

    /** The number of columns. */
    public int width() {
        return width;
    }

    /** Whether the values are class indices. */
    public boolean isMask() {
        return mask;
    }

    /** The number of values. */
    public int elements() {
        return channels * height * width;
    }

    /** Height and width, such as {@code 28x28}. */
    public String size() {
        return height + "x" + width;
    }
}
