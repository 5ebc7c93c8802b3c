package dev.striate.runtime.data;

import dev.striate.core.rng.Philox;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Each sample with another of its class and one of another class, drawn anew in every epoch. */
final class Triplets implements SampledSet {
    private static final long STREAM = Philox.stream("triplets");

    private final DataSet set;
    private final ByClass classes;
    private final long seed;
    private final List<Field> fields;

    Triplets(DataSet set, ByClass classes, long seed) {
        this.set = set;
        this.classes = classes;
        this.seed = seed;
        int[] shape = set.fields().get(classes.picture()).shape().toArray();
        this.fields = List.of(
                Field.floats("anchor", shape), Field.floats("positive", shape), Field.floats("negative", shape));
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
        return "triplets of " + set.name();
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
        set.read(classes.picture(), origin(field, index, round), round, target, elementOffset);
    }

    @Override
    public int origin(int field, int index, long round) {
        return switch (field) {
            case 0 -> index;
            case 1 -> classes.same(index, seed, STREAM + round, 2L * index);
            default -> classes.other(index, seed, STREAM + round, 2L * index + 1);
        };
    }
}
