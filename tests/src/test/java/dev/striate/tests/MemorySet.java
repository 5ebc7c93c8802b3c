package dev.striate.tests;

import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.Field;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Samples that a test has made.
 *
 * @param name what messages call it
 * @param size how many samples there are
 * @param fields their parts
 * @param values for each field, the bits of an element by its row-major index among those of all samples
 */
record MemorySet(String name, int size, List<Field> fields, List<IntUnaryOperator> values) implements DataSet {
    /** Numbers as the bits that a set keeps. */
    static IntUnaryOperator floats(float... numbers) {
        return i -> Float.floatToRawIntBits(numbers[i]);
    }

    @Override
    public void read(int field, int index, long round, MemorySegment target, long elementOffset) {
        int count = fields.get(field).shape().elements();
        for (int i = 0; i < count; i++) {
            target.setAtIndex(
                    ValueLayout.JAVA_INT, elementOffset + i, values.get(field).applyAsInt(index * count + i));
        }
    }
}
