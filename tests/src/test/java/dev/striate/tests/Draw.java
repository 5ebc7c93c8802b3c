package dev.striate.tests;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.ir.TensorType.Element.ClassIndex;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.ParamSpec;
import dev.striate.core.Sizes;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What random cases are drawn from; a function of its seed. */
final class Draw {
    private final SplittableRandom random;
    private final Map<String, Long> sizes = new HashMap<>();

    Draw(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A whole number from {@code least} to {@code most}. */
    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** True once in {@code n} times. */
    boolean once(int n) {
        return random.nextInt(n) == 0;
    }

    @SafeVarargs
    final <T> T of(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** A number from 1 to {@code most}; now and then a larger one, which no vector width divides. */
    int few(int most) {
        return once(8) ? of(7, 9, 11, 13) : between(1, most);
    }

    /** The batch: a symbol with a size. */
    Dim batch() {
        return batch(3);
    }

    /** A batch of at most so many. */
    Dim batch(int most) {
        sizes.put("N", (long) between(1, most));
        return Dim.N;
    }

    /** A size, sometimes a symbol for it. */
    Dim dim(String symbol, int size) {
        if (!once(4)) {
            return Dim.of(size);
        }
        sizes.put(symbol, (long) size);
        return Dim.symbol(symbol);
    }

    /** A shape {@code [N, …]} of some rank; now and then with one long axis. */
    Shape shape(int rank) {
        int longAxis = rank > 1 && once(6) ? between(1, rank - 1) : 0;
        List<Dim> dims = new ArrayList<>(List.of(batch()));
        for (int i = 1; i < rank; i++) {
            int size = i == longAxis ? between(7, 37) : between(1, longAxis == 0 ? 6 : 3);
            dims.add(dim(List.of("C", "H", "W").get(i - 1), size));
        }
        return new Shape(dims);
    }

    /** A feature map {@code [N, C, H, W]} of some channels; now and then a long strip. */
    Shape map(int channels) {
        boolean strip = once(6);
        int height = strip ? between(1, 3) : between(1, 9);
        int width = strip ? between(10, 37) : between(1, 9);
        boolean turned = once(2);
        return Shape.of(
                batch(), Dim.of(channels), dim("H", turned ? width : height), dim("W", turned ? height : width));
    }

    Extent extent(int most) {
        return new Extent(between(1, most), between(1, most));
    }

    /** Any padding; some of them wider than most windows. */
    Padding padding() {
        return switch (random.nextInt(5)) {
            case 0 -> Padding.NONE;
            case 1 -> Padding.SAME;
            case 2 -> Padding.of(between(1, 3));
            case 3 -> Padding.of(between(0, 4), between(0, 4));
            default -> new Padding.Explicit(between(0, 5), between(0, 5), between(0, 5), between(0, 5));
        };
    }

    Rounding rounding() {
        return of(Rounding.values());
    }

    /** The operator on sources of these types, with parameters and values. */
    OpCase on(Op op, TensorType... data) {
        List<TensorType> types = Arrays.asList(data);
        List<Node> inputs = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            inputs.add(OpCase.source("x" + i, types.get(i)));
        }
        TensorType result = op.spec().type(op, types);
        for (ParamSpec p : op.spec().params(op, types)) {
            Shape shape = Shape.of(p.shape().toList().stream().mapToLong(d -> d).toArray());
            inputs.add(new Node(
                    p.learned() ? new Source.Param(p.init()) : new Source.State(p.init()),
                    List.of(),
                    TensorType.f32(shape),
                    "op." + p.name(),
                    OpCase.ORIGIN));
        }
        Map<String, Nd> values = new HashMap<>();
        inputs.forEach(source -> values.put(source.path(), values(source)));
        return new OpCase(new Node(op, inputs, result, "op", OpCase.ORIGIN), values, Map.copyOf(sizes));
    }

    /**
     * Classes, or float32 numbers that are all different and none of them 0, so that neither relu nor maximum pooling
     * has a kink near them.
     */
    private Nd values(Node source) {
        Nd values = values(source.type());
        // Running variances are not negative.
        return source.operation() instanceof Source.State
                ? Nd.of(values.shape(), i -> Math.abs(values.get(i)))
                : values;
    }

    private Nd values(TensorType type) {
        Sizes shape = type.shape().at(sizes);
        if (type.element() instanceof ClassIndex(int classes)) {
            return Nd.of(shape, i -> between(0, classes - 1));
        }
        int n = shape.elements();
        int half = n / 2;
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) ((i + 0.75 - half) * 4.0 / n);
        }
        for (int i = n - 1; i > 0; i--) {
            int j = between(0, i);
            double swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
        return Nd.of(shape, i -> values[i]);
    }

    /** Whether every size of a shape is at least 1 with the sizes drawn so far. */
    boolean fits(Shape shape) {
        return shape.dims().stream()
                .allMatch(
                        d -> Dim.of(d.eval(sizes)).asLong().filter(v -> v >= 1).isPresent());
    }
}
