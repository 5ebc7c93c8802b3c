package dev.striate.runtime.data;

import dev.striate.core.recipe.Transform;
import dev.striate.runtime.data.transform.Canvas;
import dev.striate.runtime.data.transform.Pipeline;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** A set whose pictures and masks go through the transforms of a recipe. For one thread at a time. */
public final class TransformedSet implements DataSet {
    private final DataSet set;
    private final List<Transform> transforms;
    private final long seed;
    private final Pipeline pipeline;
    private final List<Field> fields = new ArrayList<>();

    private TransformedSet(DataSet set, List<Transform> transforms, long seed) {
        this.set = set;
        this.transforms = List.copyOf(transforms);
        this.seed = seed;
        this.pipeline = new Pipeline(transforms, seed);
    }

    /**
     * The set with its pictures transformed; what the first sample becomes tells the shapes of all.
     *
     * @throws DataException if the set has no pictures, or the first cannot be read or transformed
     */
    public static DataSet of(DataSet set, List<Transform> transforms, long seed) throws DataException {
        if (set.fields().stream().noneMatch(Field::isPicture)) {
            throw new DataException(set.name() + " has no pictures to transform; remove `transform`");
        }
        TransformedSet result = new TransformedSet(set, transforms, seed);
        for (int i = 0; i < set.fields().size(); i++) {
            Field field = set.fields().get(i);
            result.fields.add(field.isPicture() ? result.shaped(field, result.transformed(i, 0, 0)) : field);
        }
        return result;
    }

    private Field shaped(Field field, Canvas canvas) {
        return canvas.isMask()
                ? Field.mask(field.name(), field.classes(), canvas.height(), canvas.width())
                : Field.floats(field.name(), canvas.channels(), canvas.height(), canvas.width());
    }

    /** The set before the transforms. */
    DataSet set() {
        return set;
    }

    /** What is done with its pictures. */
    List<Transform> transforms() {
        return transforms;
    }

    /** What random transforms draw with. */
    long seed() {
        return seed;
    }

    @Override
    public String name() {
        return set.name();
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
        Field shape = fields.get(field);
        if (!shape.isPicture()) {
            set.read(field, index, round, target, elementOffset);
            return;
        }
        Canvas canvas = transformed(field, index, round);
        int rank = shape.shape().rank();
        if (canvas.height() != shape.shape().dim(rank - 2)
                || canvas.width() != shape.shape().dim(rank - 1)) {
            throw at(
                    index,
                    "the transforms give a picture of " + canvas.size() + ", and of the first sample one of "
                            + shape.shape().dim(rank - 2) + "x" + shape.shape().dim(rank - 1)
                            + "; end them with a crop or with `resize([h, w])`");
        }
        copy(canvas, target, elementOffset);
    }

    /** Copies a picture as float32, or a mask as int32. */
    static void copy(Canvas canvas, MemorySegment target, long elementOffset) {
        if (!canvas.isMask()) {
            MemorySegment.copy(
                    canvas.values(), 0, target, ValueLayout.JAVA_FLOAT, elementOffset * Float.BYTES, canvas.elements());
            return;
        }
        for (int i = 0; i < canvas.elements(); i++) {
            target.setAtIndex(ValueLayout.JAVA_INT, elementOffset + i, (int) canvas.values()[i]);
        }
    }

    private Canvas transformed(int field, int index, long round) throws DataException {
        set.picture(field, index, round, pipeline.input());
        try {
            return pipeline.apply(round, index);
        } catch (DataException e) {
            throw at(index, String.valueOf(e.getMessage()));
        }
    }

    private DataException at(int index, String problem) {
        return new DataException(set.name() + ", sample " + (index + 1) + ": " + problem);
    }
}
