package dev.striate.runtime.data;

import dev.striate.core.Sizes;
import dev.striate.core.recipe.Augmentation;
import dev.striate.core.recipe.Transform;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A set as a device takes it, which does as much as it can: pictures as bytes where they are kept so, and behind the transforms that give
 * all one size. Masks go through all. Pairs and the like are still made here, of pictures as they are before.
 */
public final class SplitSet implements DataSet {
    private final DataSet whole;
    /** What makes samples of those of the head, if something does: {@link #whole}. */
    private final @Nullable SampledSet sampled;

    private final DataSet head;
    private final List<Transform> left;
    private final int place;
    private final long seed;
    /** Of the fields of the head. */
    private final List<@Nullable KeptBytes> bytes;

    private SplitSet(DataSet whole, DataSet head, List<Transform> left, int place, long seed) {
        this.whole = whole;
        this.sampled = whole instanceof SampledSet made ? made : null;
        this.head = head;
        this.left = left;
        this.place = place;
        this.seed = seed;
        this.bytes = IntStream.range(0, head.fields().size())
                .<@Nullable KeptBytes>mapToObj(head::bytes)
                .collect(Collectors.toList()); // unlike toList(), with nulls by contract
    }

    /**
     * A set of which a device does as much as it can.
     *
     * @return null when it can do nothing
     * @throws DataException if the first sample cannot be read or transformed
     */
    public static @Nullable SplitSet of(DataSet set) throws DataException {
        DataSet own = set instanceof SampledSet sampled ? sampled.set() : set;
        SplitSet split =
                own instanceof TransformedSet changed ? of(set, changed) : new SplitSet(set, own, List.of(), 0, 0);
        return IntStream.range(0, set.fields().size()).allMatch(i -> split.augmentation(i) == null) ? null : split;
    }

    private static SplitSet of(DataSet whole, TransformedSet changed) throws DataException {
        List<Transform> all = changed.transforms();
        int place = 0;
        for (boolean oneSize = changed.set().hasOneSize(); !oneSize && place < all.size(); place++) {
            oneSize = fixesSize(all.get(place));
        }
        List<Transform> first = all.subList(0, place);
        DataSet head = first.isEmpty() ? changed.set() : TransformedSet.of(changed.set(), first, changed.seed());
        return new SplitSet(whole, head, all.subList(place, all.size()), place, changed.seed());
    }

    private static boolean fixesSize(Transform transform) {
        return transform instanceof Transform.Resize
                || transform instanceof Transform.CenterCrop
                || transform instanceof Transform.RandomCrop
                || transform instanceof Transform.RandomResizedCrop;
    }

    /** What the device does with a field; null when it does nothing. */
    public @Nullable Augmentation augmentation(int field) {
        if (!isSplit(field)) {
            return null;
        }
        KeptBytes kept = kept(field);
        Augmentation.Deviates added = sampled == null ? null : sampled.added(field);
        return kept != null || !left.isEmpty() || added != null
                ? new Augmentation(left, place, seed, shape(field), kept == null ? 0 : kept.maximum()).adding(added)
                : null;
    }

    private boolean isSplit(int field) {
        Field part = whole.fields().get(field);
        return part.isPicture() && part.kind() == Field.Kind.FLOAT;
    }

    /** The field of the head that a picture is from. */
    private int source(int field) {
        return sampled == null ? field : sampled.picture();
    }

    private @Nullable KeptBytes kept(int field) {
        return bytes.get(source(field));
    }

    /** Of a picture before the device's transforms. */
    private Sizes shape(int field) {
        return head.fields().get(source(field)).shape();
    }

    @Override
    public String name() {
        return whole.name();
    }

    @Override
    public int size() {
        return whole.size();
    }

    @Override
    public List<Field> fields() {
        return IntStream.range(0, whole.fields().size())
                .mapToObj(i -> isSplit(i) ? before(i) : whole.fields().get(i))
                .toList();
    }

    private Field before(int field) {
        return Field.floats(whole.fields().get(field).name(), shape(field).toArray());
    }

    /** Copies one field of one sample; see {@link DataSet#read}. The elements of what is kept as bytes take a byte each. */
    @Override
    public void read(int field, int index, long round, MemorySegment target, long elementOffset) throws DataException {
        if (!isSplit(field)) {
            whole.read(field, index, round, target, elementOffset);
            return;
        }
        KeptBytes kept = kept(field);
        int sample = origin(field, index, round);
        if (kept != null) {
            kept.read(sample, target, elementOffset);
        } else {
            head.read(source(field), sample, round, target, elementOffset);
        }
    }

    @Override
    public int origin(int field, int index, long round) {
        return whole.origin(field, index, round);
    }
}
