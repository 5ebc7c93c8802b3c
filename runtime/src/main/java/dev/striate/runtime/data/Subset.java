package dev.striate.runtime.data;

import dev.striate.runtime.data.transform.Canvas;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some samples of a set. */
public final class Subset implements DataSet {
    /** A round that no epoch has, so that who is held out does not follow the order of an epoch. */
    private static final long DRAW = -1;

    private final DataSet set;
    private final int[] samples;

    private Subset(DataSet set, int... samples) {
        this.set = set;
        this.samples = samples;
    }

    /** The samples {@code from} to below {@code to} of the set in an order that the seed decides, kept in the set's own. */
    public static DataSet drawn(DataSet set, int from, int to, long seed) {
        int[] order = new int[set.size()];
        Shuffle.fill(order, seed, DRAW);
        int[] samples = Arrays.copyOfRange(order, from, to);
        Arrays.sort(samples);
        return new Subset(set, samples);
    }

    @Override
    public String name() {
        return set.name();
    }

    @Override
    public int size() {
        return samples.length;
    }

    @Override
    public List<Field> fields() {
        return set.fields();
    }

    @Override
    public void read(int field, int index, long round, MemorySegment target, long elementOffset) throws DataException {
        set.read(field, samples[index], round, target, elementOffset);
    }

    @Override
    public @Nullable KeptBytes bytes(int field) {
        KeptBytes all = set.bytes(field);
        return all == null ? null : new Some(all);
    }

    private final class Some implements KeptBytes {
        private final KeptBytes all;

        private Some(KeptBytes all) {
            this.all = all;
        }

        @Override
        public int maximum() {
            return all.maximum();
        }

        @Override
        public void read(int index, MemorySegment target, long offset) {
            all.read(samples[index], target, offset);
        }
    }

    @Override
    public boolean hasOneSize() {
        return set.hasOneSize();
    }

    @Override
    public void picture(int field, int index, long round, Canvas canvas) throws DataException {
        set.picture(field, samples[index], round, canvas);
    }
}
