package dev.striate.bench;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.TensorType.Element.ClassIndex;
import dev.striate.core.Sizes;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Inputs and labels: the same for everybody who is measured. */
final class Data {
    private static final long SEED = 7;

    private final Map<String, float[]> floats = new HashMap<>();
    private final Map<String, int[]> classes = new HashMap<>();

    private Data() {}

    /** Normal deviates for the inputs and random classes for the labels. */
    static Data of(Subject subject) {
        Data data = new Data();
        SplittableRandom random = new SplittableRandom(SEED);
        for (Node node : subject.compiled().model().graph().nodes()) {
            if (node.isSource() && !node.isStored()) {
                Sizes shape = node.shape().at(subject.sizes());
                if (node.type().element() instanceof ClassIndex(int count)) {
                    data.classes.put(
                            node.path(), random.ints(shape.elements(), 0, count).toArray());
                } else {
                    float[] values = new float[shape.elements()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = (float) random.nextGaussian();
                    }
                    data.floats.put(node.path(), values);
                }
            }
        }
        return data;
    }

    /** The elements of an input. */
    float[] floats(String path) {
        return found(floats.get(path), path);
    }

    /** The elements of a label. */
    int[] classes(String path) {
        return found(classes.get(path), path);
    }

    private static <T> T found(@Nullable T values, String path) {
        if (values == null) {
            throw new IllegalArgumentException("there is no input " + path);
        }
        return values;
    }
}
