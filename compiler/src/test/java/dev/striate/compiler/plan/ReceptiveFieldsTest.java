package dev.striate.compiler.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.eval.Evaluator;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Nodes;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.op.MergeOp;
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
import org.junit.jupiter.api.Test;

/** Receptive fields equal what is seen when rows and columns of the input are changed. */
class ReceptiveFieldsTest {
    private static final Map<String, Long> SIZES = Map.of("N", 1L);

    /** A random net on one channel, in which every value grows with all that it sees. */
    private static final class RandomNet {
        private final SplittableRandom random;
        private final List<Node> nodes = new ArrayList<>();
        private final Map<String, Nd> values = new HashMap<>();
        private Node last;

        RandomNet(int seed) {
            random = new SplittableRandom(seed);
            last = Nodes.input("x", Shape.of(Dim.N, Dim.of(1), Dim.of(between(20, 36)), Dim.of(between(20, 36))));
            nodes.add(last);
            for (int i = between(1, 5); i > 0 && rows() > 6 && columns() > 6 && rows() < 60 && columns() < 60; i--) {
                extend();
            }
        }

        private int between(int low, int high) {
            return random.nextInt(low, high + 1);
        }

        private int rows() {
            return last.shape().dim(2).toInt();
        }

        private int columns() {
            return last.shape().dim(3).toInt();
        }

        private void extend() {
            switch (random.nextInt(6)) {
                case 0, 1 -> last = conv(last, random.nextBoolean() ? Padding.SAME : explicit(), between(1, 3));
                case 2 -> {
                    Node skip = last;
                    last = conv(last, Padding.SAME, 1);
                    add(Nodes.node("add" + nodes.size(), MergeOp.add(), last, skip));
                }
                case 3 -> {
                    Node forked = last;
                    Node left = conv(forked, Padding.SAME, 2);
                    Node right = conv(forked, Padding.SAME, 2);
                    add(Nodes.node("add" + nodes.size(), MergeOp.add(), left, right));
                }
                case 4 -> transposed(between(2, 3));
                default -> pool();
            }
        }

        private Padding explicit() {
            return new Padding.Explicit(between(0, 2), between(0, 2), between(0, 2), between(0, 2));
        }

        private void add(Node node) {
            nodes.add(node);
            last = node;
        }

        private void pool() {
            Extent kernel = new Extent(between(2, 3), between(2, 3));
            add(Nodes.node(
                    "pool" + nodes.size(),
                    random.nextBoolean() ? "max_pool" : "avg_pool",
                    Map.of(
                            "kernel",
                            kernel,
                            "stride",
                            new Extent(between(1, 3), between(1, 3)),
                            "pad",
                            Padding.of(between(0, 1)),
                            "round",
                            random.nextBoolean() ? Rounding.FLOOR : Rounding.CEIL),
                    last));
        }

        private Node weight(String layer, Extent kernel) {
            Node weight = Nodes.param(layer + ".weight", Shape.of(1, 1, kernel.h(), kernel.w()));
            values.put(weight.path(), Nd.of(weight.shape().at(SIZES), i -> 0.1 + random.nextDouble()));
            nodes.add(weight);
            return weight;
        }

        /** A transposed convolution that leaves no element of its result without one of its operand. */
        private void transposed(int stride) {
            Extent kernel = new Extent(between(stride, 4), between(stride, 4));
            String path = "conv_transpose" + nodes.size();
            Map<String, Object> attrs = Map.of(
                    "filters",
                    1,
                    "kernel",
                    kernel,
                    "stride",
                    Extent.square(stride),
                    "pad",
                    new Padding.Explicit(between(0, 1), between(0, 1), between(0, 1), between(0, 1)),
                    "bias",
                    false);
            add(Nodes.node(path, "conv_transpose", attrs, last, weight(path, kernel)));
        }

        private Node conv(Node x, Padding padding, int stride) {
            Extent kernel = new Extent(between(1, 4), between(1, 4));
            String path = "conv" + nodes.size();
            Node weight = weight(path, kernel);
            Map<String, Object> attrs = Map.of(
                    "filters",
                    1,
                    "kernel",
                    kernel,
                    "stride",
                    Extent.square(stride),
                    "dilation",
                    new Extent(between(1, 2), between(1, 2)),
                    "pad",
                    padding,
                    "round",
                    Rounding.FLOOR,
                    "bias",
                    false);
            add(Nodes.node(path, "conv", attrs, x, weight));
            return last;
        }

        Graph graph() {
            return new Graph("random", nodes, List.of());
        }

        /** The last value, with {@code more} added to a line (0 a row, 1 a column) of the input. */
        Nd run(int axis, int line, double more) {
            Sizes shape = nodes.getFirst().shape().at(SIZES);
            int w = shape.dim(3);
            values.put("x", Nd.of(shape, i -> (i * 31 % 17) * 0.01 + ((axis == 0 ? i / w : i % w) == line ? more : 0)));
            return requireNonNull(
                    new Evaluator(SIZES, 1, 0).run(graph(), values).get(last));
        }
    }

    @Test
    void fieldsAreWhatChangesTheResult() {
        int whole = 0;
        for (int seed = 0; seed < 60; seed++) {
            RandomNet net = new RandomNet(seed);
            ReceptiveFields fields = ReceptiveFields.onInputs(net.graph(), SIZES);
            for (int axis = 0; axis < 2; axis++) {
                whole += compare(net, fields, axis, "seed " + seed + ", axis " + axis + ": " + net.nodes);
            }
        }
        assertThat(whole).as("elements whose field lies within the input").isGreaterThan(300);
    }

    /** Compares for every line of the result that sees nothing of the padding; the number of those. */
    private static int compare(RandomNet net, ReceptiveFields fields, int axis, String text) {
        int lines = net.last.shape().dim(2 + axis).toInt();
        int inputs = net.nodes.getFirst().shape().dim(2 + axis).toInt();
        Nd base = net.run(axis, 0, 0);
        long[] first = new long[lines];
        long[] last = new long[lines];
        Arrays.fill(first, -1);
        for (int line = 0; line < inputs; line++) {
            Nd moved = net.run(axis, line, 1000);
            for (int i = 0; i < base.size(); i++) {
                int at = axis == 0 ? i / base.dim(3) : i % base.dim(3);
                if (moved.get(i) != base.get(i)) {
                    first[at] = first[at] < 0 ? line : first[at];
                    last[at] = line;
                }
            }
        }
        int whole = 0;
        for (int i = 0; i < lines; i++) {
            long[] bounds = fields.bounds(net.last, axis, i);
            if (bounds[0] >= 0 && bounds[1] < inputs) {
                assertThat(bounds).as("%s, element %d", text, i).containsExactly(first[i], last[i]);
                whole++;
            }
        }
        return whole;
    }

    private static Node conv(String path, Node x, int kernel, int stride) {
        Node weight = Nodes.param(path + ".weight", Shape.of(1, 1, kernel, kernel));
        Map<String, Object> attrs = Map.of(
                "filters",
                1,
                "kernel",
                Extent.square(kernel),
                "stride",
                Extent.square(stride),
                "pad",
                Padding.of(kernel / 2),
                "round",
                Rounding.FLOOR,
                "bias",
                false);
        return Nodes.node(path, "conv", attrs, x, weight);
    }

    @Test
    void fieldsCanBeAskedForOnAnyValue() {
        Node x = Nodes.input("x", Shape.of(Dim.N, Dim.of(1), Dim.symbol("H"), Dim.symbol("W")));
        Node a = conv("a", x, 3, 2);
        Node b = conv("b", a, 3, 1);
        Node up = Nodes.node("up", "upsample", Map.of("factor", Extent.square(2)), b);
        Node flat = Nodes.node("flat", "flatten", Map.of(), up);
        Graph graph = new Graph("chain", List.of(x, a, b, up, flat), List.of());
        Map<String, Long> sizes = Map.of("N", 1L, "H", 16L, "W", 16L);
        var onInput = ReceptiveFields.onInputs(graph, sizes);
        assertThat(onInput.of(b).orElseThrow().h()).isEqualTo(new ReceptiveFields.Span(7, Rational.of(2), -3));
        assertThat(onInput.of(up).orElseThrow().h()).isEqualTo(new ReceptiveFields.Span(7, Rational.ONE, -3));
        assertThat(onInput.of(flat)).isEmpty();
        var onA = ReceptiveFields.on(graph, a, sizes);
        assertThat(onA.of(b).orElseThrow().w()).isEqualTo(new ReceptiveFields.Span(3, Rational.ONE, -1));
        assertThat(onA.of(x)).isEmpty();
    }
}
