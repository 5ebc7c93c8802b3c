package dev.striate.tests;

import dev.striate.core.Sizes;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.data.KeptBytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * Pictures and classes drawn at random.
 *
 * @param shape of a picture
 * @param maximum the largest byte, or 0 of numbers
 * @param asNumbers takes the samples whose pictures were read as numbers
 */
record DrawnPictures(Sizes shape, int maximum, Set<Integer> asNumbers) implements DataSet {
    private static final int SIZE = 10;
    private static final int CLASSES = 3;
    private static final long SEED = 4;

    DrawnPictures(Sizes shape, int maximum) {
        this(shape, maximum, new ConcurrentSkipListSet<>());
    }

    @Override
    public String name() {
        return "drawn";
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public List<Field> fields() {
        return List.of(Field.floats("image", shape.toArray()), Field.classIndex("label", CLASSES));
    }

    @Override
    public void read(int field, int index, long round, MemorySegment target, long offset) {
        if (field == 1) {
            target.setAtIndex(ValueLayout.JAVA_INT, offset, Philox.below(CLASSES, SEED, 0, index));
            return;
        }
        asNumbers.add(index);
        for (int i = 0; i < shape.elements(); i++) {
            float number = maximum == 0 ? Philox.uniform(SEED, index, i) : pixel(index, i) / (float) maximum;
            target.setAtIndex(ValueLayout.JAVA_FLOAT, offset + i, number);
        }
    }

    private int pixel(int index, int i) {
        return Philox.below(maximum + 1, SEED, index, i);
    }

    @Override
    public @Nullable KeptBytes bytes(int field) {
        return maximum == 0 || field == 1 ? null : new Bytes();
    }

    private final class Bytes implements KeptBytes {
        @Override
        public int maximum() {
            return maximum;
        }

        @Override
        public void read(int index, MemorySegment target, long offset) {
            for (int i = 0; i < shape.elements(); i++) {
                target.set(ValueLayout.JAVA_BYTE, offset + i, (byte) pixel(index, i));
            }
        }
    }
}
