package dev.striate.runtime.data;

import dev.striate.core.rng.Philox;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Each sample with a second, of the same class or of another, drawn anew in every epoch. */
final class Pairs implements SampledSet {
    private static final long STREAM = Philox.stream("pairs");
    private static final int SECOND = 1;
    private static final int SAME = 2;

    private final DataSet set;
    private final ByClass classes;
    private final double same;
    private final long seed;
    private final List<Field> fields;

    Pairs(DataSet set, ByClass classes, double same, long seed) {
        this.set = set;
        this.classes = classes;
        this.same = same;
        this.seed = seed;
        int[] shape = set.fields().get(classes.picture()).shape().toArray();
        this.fields = List.of(Field.floats("first", shape), Field.floats("second", shape), Field.floats("same"));
    }

    @Override
    public DataSet set() {
        return set;
    }

    @Override
    public int picture() {
        return classes.picture();
    }

    @Override
    public String name() {
        return "pairs of " + set.name();
    }

    @Override
    public int size() {
        return set.size();
    }

    @Override
    public List<Field> fields() {
        return fields;
    }

    @Override
    public void read(int field, int index, long round, MemorySegment target, long elementOffset) throws DataException {
        if (field == SAME) {
            target.setAtIndex(ValueLayout.JAVA_FLOAT, elementOffset, isSame(index, round) ? 1 : 0);
        } else {
            set.read(classes.picture(), origin(field, index, round), round, target, elementOffset);
        }
    }

    @Override
    public int origin(int field, int index, long round) {
        if (field != SECOND) {
            return index;
        }
        long draw = 2L * index + 1;
        return isSame(index, round)
                ? classes.same(index, seed, STREAM + round, draw)
                : classes.other(index, seed, STREAM + round, draw);
    }

    private boolean isSame(int index, long round) {
        return Philox.uniform(seed, STREAM + round, 2L * index) < same;
    }
}
