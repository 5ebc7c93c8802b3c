package dev.striate.runtime.data;

import dev.striate.core.Sizes;

/**
 * One typed part of every sample of a data set: a picture, or the class it belongs to.
 *
 * @param name what a recipe calls it
 * @param kind what its elements are
 * @param shape its sizes in one sample, without the batch: {@code [C, H, W]} for a picture, empty for one class
 * @param classes how many classes there are; 0 for {@link Kind#FLOAT}
 */
public record Field(String name, Kind kind, Sizes shape, int classes) {
    /** What the elements of a field are. Each takes 4 bytes. */
    public enum Kind {
        /** float32. */
        FLOAT,
        /** int32, an index from 0 to below the number of classes. */
        CLASS
    }

    /** A field of floats, such as a picture [C, H, W]. */
    public static Field floats(String name, int... shape) {
        return new Field(name, Kind.FLOAT, Sizes.of(shape), 0);
    }

    /** A field of one class index per sample. */
    public static Field classIndex(String name, int classes) {
        return new Field(name, Kind.CLASS, Sizes.SCALAR, classes);
    }

    /** A field of one class index per pixel [H, W]. */
    public static Field mask(String name, int classes, int height, int width) {
        return new Field(name, Kind.CLASS, Sizes.of(height, width), classes);
    }

    /** Whether it is a picture [C, H, W] or a mask [H, W], which transforms change. */
    public boolean isPicture() {
        return shape.rank() == (kind == Kind.FLOAT ? 3 : 2);
    }
}
