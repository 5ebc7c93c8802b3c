package dev.striate.runtime.data;

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
 * all one size. Masks go through all.
 */
public final class SplitSet implements DataSet {
    private final DataSet whole;
    private final DataSet head;
    private final List<Transform> left;
    private final int place;
    private final long seed;
    private final List<@Nullable KeptBytes> bytes;

    private SplitSet(DataSet whole, DataSet head, List<Transform> left, int place, long seed) {
        this.whole = whole;
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
        SplitSet split = set instanceof TransformedSet whole ? of(whole) : new SplitSet(set, set, List.of(), 0, 0);
        return IntStream.range(0, split.bytes.size()).allMatch(i -> split.augmentation(i) == null) ? null : split;
    }

    private static SplitSet of(TransformedSet whole) throws DataException {
        List<Transform> all = whole.transforms();
        int place = 0;
        for (boolean oneSize = whole.set().hasOneSize(); !oneSize && place < all.size(); place++) {
            oneSize = fixesSize(all.get(place));
        }
        List<Transform> first = all.subList(0, place);
        DataSet head = first.isEmpty() ? whole.set() : TransformedSet.of(whole.set(), first, whole.seed());
        return new SplitSet(whole, head, all.subList(place, all.size()), place, whole.seed());
    }

    private static boolean fixesSize(Transform transform) {
        return transform instanceof Transform.Resize
                || transform instanceof Transform.CenterCrop
                || transform instanceof Transform.RandomCrop
                || transform instanceof Transform.RandomResizedCrop;
    }

    /** What the device does with a field; null when it does nothing. */
    public @Nullable Augmentation augmentation(int field) {
        KeptBytes kept = bytes.get(field);
        return isSplit(field) && (kept != null || !left.isEmpty())
                ? new Augmentation(
                        left, place, seed, head.fields().get(field).shape(), kept == null ? 0 : kept.maximum())
                : null;
    }

    private boolean isSplit(int field) {
        Field part = whole.fields().get(field);
        return part.isPicture() && part.kind() == Field.Kind.FLOAT;
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
                .mapToObj(i -> (isSplit(i) ? head : whole).fields().get(i))
                .toList();
    }

    /** Copies one field of one sample; see {@link DataSet#read}. The elements of what is kept as bytes take a byte each. */
    @Override
    public void read(int field, int index, long round, MemorySegment target, long elementOffset) throws DataException {
        KeptBytes kept = bytes.get(field);
        if (isSplit(field) && kept != null) {
            kept.read(index, target, elementOffset);
        } else {
            (isSplit(field) ? head : whole).read(field, index, round, target, elementOffset);
        }
    }
}
