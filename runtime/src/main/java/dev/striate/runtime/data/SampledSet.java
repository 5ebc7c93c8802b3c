package dev.striate.runtime.data;

import dev.striate.core.recipe.Augmentation;
import org.jspecify.annotations.Nullable;

/** A set whose samples are made of those of another: each of its pictures is that of one sample there, see {@link #origin}. */
interface SampledSet extends DataSet {
    /** The other set. */
    DataSet set();

    /** The position of the picture among the fields of the other set. */
    int picture();

    /** What is added to the pictures of a field; null for nothing. */
    default Augmentation.@Nullable Deviates added(int field) {
        return null;
    }
}
