package dev.striate.tests;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.TensorType.Element.ClassIndex;
import dev.striate.core.Sizes;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.Weights;
import java.util.stream.IntStream;

/** Carries values from the evaluator's tensors to a session, and compares what comes back. */
final class Feeds {
    private Feeds() {}

    /** Declares an input or a label of a session. */
    static Input declare(Binder b, Node source, Sizes shape) {
        return source.type().element() instanceof ClassIndex(int classes)
                ? b.label(source.path(), classes, shape.toArray())
                : b.input(source.path(), shape.toArray());
    }

    static void fill(Input input, Nd value) {
        if (input.isLabel()) {
            input.copyFrom(IntStream.range(0, value.size())
                    .map(i -> (int) value.get(i))
                    .toArray());
        } else {
            float[] floats = new float[value.size()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) value.get(i);
            }
            input.copyFrom(floats);
        }
    }

    static void fill(Weights weights, String path, Nd value) {
        for (int i = 0; i < value.size(); i++) {
            weights.tensor(path).set(i, (float) value.get(i));
        }
    }

    /**
     * The largest difference of two tensors, relative to the largest finite number of the expected one; infinite where
     * one is NaN or infinite and the other not the same.
     */
    static double distance(Nd actual, Nd expected) {
        return distance(actual, expected, Float.MIN_NORMAL);
    }

    /** The same, relative to {@code least} where the expected numbers are smaller. */
    static double distance(Nd actual, Nd expected, double least) {
        double largest = Math.max(least, Float.MIN_NORMAL);
        double difference = 0;
        for (int i = 0; i < expected.size(); i++) {
            double e = expected.get(i);
            double a = actual.get(i);
            if (Double.isFinite(e) && Double.isFinite(a)) {
                largest = Math.max(largest, Math.abs(e));
                difference = Math.max(difference, Math.abs(a - e));
            } else if (Double.compare(e, a) != 0) {
                return Double.POSITIVE_INFINITY;
            }
        }
        return difference == 0 ? 0 : difference / largest;
    }

    /** The largest absolute value. */
    static double largest(Nd x) {
        double largest = 0;
        for (int i = 0; i < x.size(); i++) {
            largest = Math.max(largest, Math.abs(x.get(i)));
        }
        return largest;
    }
}
