package dev.striate.runtime.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Numbers in memory, one part of them a field: float32 values, and behind them a class or a number to be predicted.
 *
 * @param name what messages call the set
 * @param fields the values, and the class or number
 * @param values float32 [N, ...]
 * @param targets int32 or float32 [N]
 */
record Table(String name, List<Field> fields, MemorySegment values, MemorySegment targets) implements DataSet {
    /** The field behind the values: a class, or with no classes a number. */
    static Field target(int classes) {
        return classes > 0 ? Field.classIndex("label", classes) : Field.floats("target");
    }

    @Override
    public int size() {
        return Math.toIntExact(targets.byteSize() / Float.BYTES);
    }

    @Override
    public void read(int field, int index, long round, MemorySegment target, long elementOffset) {
        long count = fields.get(field).shape().elements();
        MemorySegment.copy(
                field == 0 ? values : targets,
                ValueLayout.JAVA_INT,
                index * count * Float.BYTES,
                target,
                ValueLayout.JAVA_INT,
                elementOffset * Float.BYTES,
                count);
    }
}
