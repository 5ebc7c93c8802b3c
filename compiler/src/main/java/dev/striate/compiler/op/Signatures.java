package dev.striate.compiler.op;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What follows from an operator and the types of its operands, worked out once: a deep net repeats few layers. Their nodes
 * share all of it, so that what large nets are made of stays in the processor's caches.
 */
public final class Signatures {
    /**
     * What follows.
     *
     * @param op the operator, one for all that are equal and work on equal types
     * @param result the type of its result
     * @param params its parameters, in the order in which they follow the data operands; none where the result is too large
     * @param isTooLarge whether one sample of the result has more than {@link Integer#MAX_VALUE} elements
     */
    public record Signature(Op op, TensorType result, List<Owned> params, boolean isTooLarge) {}

    /**
     * A parameter.
     *
     * @param name its name within the layer, such as {@code weight}
     * @param source where its value comes from: learned, or a running statistic
     * @param type its type
     */
    public record Owned(String name, Source source, TensorType type) {}

    private record Use(Op op, List<TensorType> data) {}

    private final Map<Use, Signature> known = new HashMap<>();

    /**
     * What follows from an operator on data operands of given types.
     *
     * @throws ShapeError when it cannot take them
     * @throws IllegalArgumentException when a parameter has more than {@link Integer#MAX_VALUE} elements
     * @throws ArithmeticException when a size of a parameter is beyond an int
     */
    public Signature of(Op op, List<TensorType> data) {
        Use use = new Use(op, data);
        Signature before = known.get(use);
        if (before != null) {
            return before;
        }
        TensorType result = op.spec().type(op, data);
        boolean isTooLarge = isTooLarge(result);
        List<Owned> params = isTooLarge
                ? List.of()
                : op.spec().params(op, data).stream().map(Signatures::owned).toList();
        Signature made = new Signature(op, result, params, isTooLarge);
        known.put(use, made);
        return made;
    }

    private static Owned owned(ParamSpec param) {
        Shape shape =
                Shape.of(Arrays.stream(param.shape().toArray()).asLongStream().toArray());
        Source source = param.learned() ? new Source.Param(param.init()) : new Source.State(param.init());
        return new Owned(param.name(), source, TensorType.f32(shape));
    }

    private static boolean isTooLarge(TensorType type) {
        Dim perSample = type.shape().elements().substitute(Map.of("N", Dim.of(1)));
        return perSample
                .constant()
                .filter(e -> e.compareTo(Rational.of(Integer.MAX_VALUE)) > 0)
                .isPresent();
    }
}
