package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An input of a session: float32 numbers, or int32 class indices when it is a label. What was copied in stays until
 * something else is.
 */
public final class Input extends Value {
    private final String name;
    private final int classes;

    Input(Program program, Storage storage, Sizes shape, String where, String name, int classes) {
        super(program, storage, shape, where);
        this.name = name;
        this.classes = classes;
    }

    /** The name in the source. */
    public String name() {
        return name;
    }

    /** Whether the elements are class indices. */
    public boolean isLabel() {
        return classes > 0;
    }

    /** The number of classes of a label, 0 for other inputs. */
    public int classes() {
        return classes;
    }

    /**
     * Copies all elements, in row-major order of the shape.
     *
     * @throws IllegalArgumentException when the number of elements is another or this is a label
     * @throws IllegalStateException when the session is closed or running
     */
    public void copyFrom(float[] values) {
        check(values.length, false);
        MemorySegment.copy(values, 0, segment(), ValueLayout.JAVA_FLOAT, 0, values.length);
    }

    /**
     * Copies all class indices, in row-major order of the shape. Whether they are in range is found out by the loss or
     * metric that reads them.
     *
     * @throws IllegalArgumentException when the number of elements is another or this is no label
     * @throws IllegalStateException when the session is closed or running
     */
    public void copyFrom(int[] values) {
        check(values.length, true);
        MemorySegment.copy(values, 0, segment(), ValueLayout.JAVA_INT, 0, values.length);
    }

    /**
     * Copies all elements from memory: float32, or int32 for a label.
     *
     * @throws IllegalArgumentException when the number of bytes is another
     * @throws IllegalStateException when the session is closed or running
     */
    public void copyFrom(MemorySegment values) {
        if (values.byteSize() != storage.bytes) {
            throw new IllegalArgumentException(
                    where + " takes " + storage.bytes + " bytes of shape " + shape() + ", not " + values.byteSize());
        }
        segment().copyFrom(values);
    }

    /**
     * The memory itself, for writing without a copy; valid until the session is closed.
     *
     * @throws IllegalStateException when the session is closed or running
     */
    public MemorySegment segment() {
        program.requireIdle();
        return storage.host();
    }

    private void check(int count, boolean indices) {
        if (indices != isLabel()) {
            throw new IllegalArgumentException(
                    where + (isLabel() ? " is a label and takes class indices (int)" : " takes numbers (float)"));
        }
        if (count != shape().elements()) {
            throw new IllegalArgumentException(
                    where + " takes " + shape().elements() + " elements of shape " + shape() + ", not " + count);
        }
    }
}
