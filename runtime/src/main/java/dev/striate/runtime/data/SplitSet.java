package dev.striate.runtime.data;

import dev.striate.core.recipe.Augmentation;
import dev.striate.core.recipe.Transform;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A set whose pictures go through the first transforms of a recipe until all have one size, while a device does the others. Masks go
 * through all.
 */
public final class SplitSet implements DataSet {
    private final TransformedSet whole;
    private final DataSet head;
    private final int place;

    private SplitSet(TransformedSet whole, DataSet head, int place) {
        this.whole = whole;
        this.head = head;
        this.place = place;
    }

    /**
     * A set of which a device does as much as it can.
     *
     * @return null when it can do nothing
     * @throws DataException if the first sample cannot be read or transformed
     */
    public static @Nullable SplitSet of(DataSet set) throws DataException {
        if (!(set instanceof TransformedSet whole)) {
            return null;
        }
        List<Transform> all = whole.transforms();
        int place = 0;
        for (boolean oneSize = whole.set().hasOneSize(); !oneSize && place < all.size(); place++) {
            oneSize = fixesSize(all.get(place));
        }
        if (place == all.size()) {
            return null;
        }
        List<Transform> first = all.subList(0, place);
        DataSet head = first.isEmpty() ? whole.set() : TransformedSet.of(whole.set(), first, whole.seed());
        return new SplitSet(whole, head, place);
    }

    private static boolean fixesSize(Transform transform) {
        return transform instanceof Transform.Resize
                || transform instanceof Transform.CenterCrop
                || transform instanceof Transform.RandomCrop
                || transform instanceof Transform.RandomResizedCrop;
    }

    /** What the device does with a field; null when it does nothing. */
    public @Nullable Augmentation augmentation(int field) {
        return isSplit(field)
                ? new Augmentation(
                        whole.transforms().subList(place, whole.transforms().size()),
                        place,
                        whole.seed(),
                        head.fields().get(field).shape())
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

    @Override
    public void read(int field, int index, long round, MemorySegment target, long elementOffset) throws DataException {
        (isSplit(field) ? head : whole).read(field, index, round, target, elementOffset);
    }
}
