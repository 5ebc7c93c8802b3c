package dev.striate.runtime.data;

import dev.striate.core.recipe.Augmentation;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every picture, with noise, and itself as the target. */
final class Autoencoding implements SampledSet {
    private static final long STREAM = Philox.stream("autoencode");
    private static final int INPUT = 0;

    private final DataSet set;
    private final int picture;
    private final double noise;
    private final long seed;
    private final List<Field> fields;

    Autoencoding(DataSet set, int picture, double noise, long seed) {
        this.set = set;
        this.picture = picture;
        this.noise = noise;
        this.seed = seed;
        int[] shape = set.fields().get(picture).shape().toArray();
        this.fields = List.of(Field.floats("input", shape), Field.floats("target", shape));
    }

    @Override
    public DataSet set() {
        return set;
    }

    @Override
    public int picture() {
        return picture;
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
    public Augmentation.@Nullable Deviates added(int field) {
        return field == INPUT && noise > 0 ? new Augmentation.Deviates(noise, seed, STREAM) : null;
    }

    @Override
    public void read(int field, int index, long round, MemorySegment target, long elementOffset) throws DataException {
        set.read(picture, index, round, target, elementOffset);
        int count = field == INPUT && noise > 0 ? fields.get(INPUT).shape().elements() : 0;
        for (int i = 0; i < count; i++) {
            double added = noise * Philox.normal(seed, STREAM + round, (long) index * count + i);
            float value = target.getAtIndex(ValueLayout.JAVA_FLOAT, elementOffset + i);
            target.setAtIndex(ValueLayout.JAVA_FLOAT, elementOffset + i, (float) (value + added));
        }
    }
}
