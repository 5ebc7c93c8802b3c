package dev.striate.runtime.data;

import dev.striate.runtime.io.DataException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;

/**
 * Cuts a data set into batches, shuffled anew in every epoch or in the set's own order. Every sample appears once per
 * epoch; the last batch is smaller where the sizes do not divide, unless it is dropped. The order depends only on the
 * seed and the epoch, so that training can resume at any batch.
 *
 * <p>For use by one thread at a time. That may be another thread than the one that trains: nothing is shared but the
 * segments being filled. {@link #fill} allocates nothing.
 */
public final class Batches {
    private final DataSet set;
    private final int batchSize;
    private final int count;
    private final boolean shuffled;
    private final long seed;
    private final int[] order;
    private long orderedEpoch = -1;

    private Batches(DataSet set, int batchSize, boolean shuffled, long seed, boolean dropLast) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("a batch has at least 1 sample, not " + batchSize);
        }
        this.set = set;
        this.batchSize = batchSize;
        this.count = dropLast ? set.size() / batchSize : Math.ceilDiv(set.size(), batchSize);
        this.shuffled = shuffled;
        this.seed = seed;
        this.order = new int[set.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
    }

    /**
     * Batches for training, in another order in every epoch.
     *
     * @param dropLast leaves out the samples after the last full batch, which are others in every epoch
     * @throws IllegalArgumentException if {@code batchSize} is not positive
     */
    public static Batches shuffled(DataSet set, int batchSize, long seed, boolean dropLast) {
        return new Batches(set, batchSize, true, seed, dropLast);
    }

    /**
     * Batches for evaluation: every sample, in the set's own order.
     *
     * @throws IllegalArgumentException if {@code batchSize} is not positive
     */
    public static Batches sequential(DataSet set, int batchSize) {
        return new Batches(set, batchSize, false, 0, false);
    }

    /** The number of batches in an epoch; 0 if the only batch is an incomplete one that is dropped. */
    public int count() {
        return count;
    }

    /** The fields that a batch has, in the order of {@link #fill}'s targets. */
    public List<Field> fields() {
        return set.fields();
    }

    /**
     * The number of samples in a batch: the batch size, or fewer in the last one.
     *
     * @throws IndexOutOfBoundsException if there is no such batch
     */
    public int size(int batch) {
        Objects.checkIndex(batch, count);
        return Math.min(batchSize, order.length - batch * batchSize);
    }

    /**
     * Copies one batch, field by field: [N, C, H, W] pictures, [N] classes. In a smaller last batch, what lies behind
     * its samples in the targets stays as it was.
     *
     * @param epoch from 0
     * @param batch from 0
     * @param targets one segment per field, of at least {@code size(batch) * shape().elements()} elements of 4 bytes
     * @return the number of samples copied, {@code size(batch)}
     * @throws IndexOutOfBoundsException if there is no such batch, or a target is too small
     * @throws DataException if a sample cannot be read
     * @throws IllegalArgumentException if {@code epoch} is negative or there is not one target per field
     */
    public int fill(long epoch, int batch, MemorySegment[] targets) throws DataException {
        int size = size(batch);
        fill(set, epoch, batch, 0, size, targets, 0);
        return size;
    }

    /**
     * Copies a part of a batch; see {@link #fill(long, int, MemorySegment[])}.
     *
     * @param from the set, or another with the same samples and as many fields
     * @param first the number of the first sample within the batch
     * @param samples how many
     * @param place where the first goes, counted in samples
     */
    public void fill(DataSet from, long epoch, int batch, int first, int samples, MemorySegment[] targets, int place)
            throws DataException {
        if (targets.length != from.fields().size()) {
            throw new IllegalArgumentException(targets.length + " targets");
        }
        order(epoch, batch, first, samples);
        for (int field = 0; field < targets.length; field++) {
            int elements = from.fields().get(field).shape().elements();
            for (int i = 0; i < samples; i++) {
                int index = order[batch * batchSize + first + i];
                from.read(field, index, epoch, targets[field], ((long) place + i) * elements);
            }
        }
    }

    /**
     * Writes which samples the pictures of a part of a batch are of, int64; see {@link DataSet#origin}.
     *
     * @param from as for {@link #fill(DataSet, long, int, int, int, MemorySegment[], int)}
     * @param field of the pictures
     * @param offset where the first goes, in bytes
     */
    public void numbers(
            DataSet from, int field, long epoch, int batch, int first, int samples, MemorySegment target, long offset) {
        order(epoch, batch, first, samples);
        for (int i = 0; i < samples; i++) {
            int number = from.origin(field, order[batch * batchSize + first + i], epoch);
            target.set(ValueLayout.JAVA_LONG, offset + (long) Long.BYTES * i, number);
        }
    }

    private void order(long epoch, int batch, int first, int samples) {
        Objects.checkFromIndexSize(first, samples, size(batch));
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch " + epoch);
        }
        if (shuffled && epoch != orderedEpoch) {
            Shuffle.fill(order, seed, epoch);
            orderedEpoch = epoch;
        }
    }
}
