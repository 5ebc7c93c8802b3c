package dev.striate.runtime.data;

import dev.striate.runtime.data.transform.Canvas;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples that can be read in any order; from any number of threads at once, unless a set says otherwise.
 */
public interface DataSet {
    /** What messages call it, such as {@code digits/train}. */
    String name();

    /** How many samples there are; at least 1. */
    int size();

    /** The parts of every sample. */
    List<Field> fields();

    /**
     * Copies one field of one sample: float32 or int32 elements in the machine's byte order, pictures as [C, H, W] with
     * values in [0, 1] unless they were transformed. Nothing is allocated, but for decoding a file.
     *
     * @param field the field's position in {@link #fields()}
     * @param index the sample, from 0
     * @param round the epoch, from 0; what is drawn at random is another in each
     * @param target takes as many as {@link Field#shape()} has elements
     * @param elementOffset where they go in {@code target}, counted in elements of 4 bytes
     * @throws IndexOutOfBoundsException if {@code field}, {@code index} or the place in {@code target} does not exist
     * @throws DataException if the sample is in a file that cannot be read, or its picture has not the field's shape
     */
    void read(int field, int index, long round, MemorySegment target, long elementOffset) throws DataException;

    /** The elements of a field as they are kept, where those are bytes that {@link #read} gives as shares of the largest; else null. */
    default @Nullable KeptBytes bytes(int field) {
        return null;
    }

    /**
     * Which sample a field is of. A set that makes its samples of those of another gives the number that it has there, because that
     * decides what random transforms draw.
     *
     * @return a number from 0; {@code index} unless a set says otherwise
     */
    default int origin(int field, int index, long round) {
        return index;
    }

    /** Whether every picture and mask has the shape of its field, and not a size of its own. */
    default boolean hasOneSize() {
        return true;
    }

    /**
     * Reads a picture [C, H, W] or a mask [H, W] in its own size, which may be another than that of the field.
     *
     * @throws DataException if the sample is in a file that cannot be read
     */
    default void picture(int field, int index, long round, Canvas canvas) throws DataException {
        Field part = fields().get(field);
        if (part.kind() == Field.Kind.FLOAT) {
            canvas.picture(
                    part.shape().dim(0), part.shape().dim(1), part.shape().dim(2));
            read(field, index, round, canvas.segment(), 0);
        } else {
            canvas.mask(part.shape().dim(0), part.shape().dim(1));
            read(field, index, round, canvas.segment(), 0);
            for (int i = 0; i < canvas.elements(); i++) {
                canvas.values()[i] = Float.floatToRawIntBits(canvas.values()[i]);
            }
        }
    }
}
