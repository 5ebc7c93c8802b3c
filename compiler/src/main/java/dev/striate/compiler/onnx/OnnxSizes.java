package dev.striate.compiler.onnx;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.op.OnnxBuilder;
import dev.striate.compiler.op.OnnxOp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Computes symbolic sizes from the shapes of a graph's inputs: int64 tensors {@code [1]}, each computed once. */
final class OnnxSizes {
    private final List<Node> inputs;
    private final Map<Dim, String> known = new HashMap<>();

    /** For a graph with these inputs, which go by their paths. */
    OnnxSizes(List<Node> inputs) {
        this.inputs = List.copyOf(inputs);
    }

    /**
     * The tensor of a size.
     *
     * @throws OnnxException when the shapes of the inputs do not tell it
     */
    String of(Dim dim, OnnxBuilder o) {
        String value = known.get(dim);
        if (value == null) {
            value = dim.compute(new Nodes(o, symbol -> of(Dim.symbol(symbol), o, symbol)));
            known.put(dim, value);
        }
        return value;
    }

    private String of(Dim dim, OnnxBuilder o, String symbol) {
        String value = known.get(dim);
        if (value == null) {
            value = measured(symbol, o);
            known.put(dim, value);
        }
        return value;
    }

    private String measured(String symbol, OnnxBuilder o) {
        for (Node input : inputs) {
            for (int axis = 0; axis < input.shape().rank(); axis++) {
                Optional<Dim> inverse = inverse(input.shape().dim(axis), symbol);
                if (inverse.isPresent()) {
                    OnnxOp shape = OnnxOp.of("Shape").with("start", axis).with("end", axis + 1);
                    String size = o.add(shape, input.path());
                    return inverse.get().compute(new Nodes(o, s -> size));
                }
            }
        }
        throw new OnnxException(o.node().origin().place() + ": ONNX has no size for " + symbol
                + ", which no input has; give the net an input that has it");
    }

    /** What {@code symbol} is, as a function of the size {@code dim} under its name; empty when that does not tell. */
    private static Optional<Dim> inverse(Dim dim, String symbol) {
        if (!dim.symbols().equals(Set.of(symbol))) {
            return Optional.empty();
        }
        Dim s = Dim.symbol(symbol);
        Rational first = dim.eval(Map.of(symbol, 0L));
        Rational slope = dim.eval(Map.of(symbol, 1L)).minus(first);
        boolean linear =
                slope.signum() != 0 && dim.equals(s.times(Dim.of(slope)).plus(Dim.of(first)));
        return linear ? Optional.of(s.minus(Dim.of(first)).over(slope)) : Optional.empty();
    }

    /** Arithmetic that adds nodes. */
    private record Nodes(OnnxBuilder o, Function<String, String> symbols) implements Dim.Calculator<String> {
        @Override
        public String number(long value) {
            return o.integers(List.of(value));
        }

        @Override
        public String symbol(String name) {
            return symbols.apply(name);
        }

        @Override
        public String plus(String a, String b) {
            return o.add("Add", a, b);
        }

        @Override
        public String times(String a, String b) {
            return o.add("Mul", a, b);
        }

        @Override
        public String over(String a, long b) {
            return o.add("Div", a, number(b));
        }
    }
}
