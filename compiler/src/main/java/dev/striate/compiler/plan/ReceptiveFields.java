package dev.striate.compiler.plan;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.op.Field;
import dev.striate.compiler.op.Op;
import dev.striate.core.Sizes;
import dev.striate.core.window.Window;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a feature map one element of a later one sees (Araujo, Norris, Sim 2019), exactly: along several paths
 * the hull of what each of them sees.
 */
public final class ReceptiveFields {
    /**
     * A receptive field along one axis.
     *
     * @param size how many elements it spans, those in padding and between dilated taps included; of elements that see
     *     different numbers, as after upsampling, the most
     * @param stride the step from the field of one element to that of the next; a fraction after upsampling
     * @param offset where the field of the first element begins, negative in the padding
     */
    public record Span(long size, Rational stride, long offset) {
        private Span(Reach reach) {
            this(reach.size(), reach.stride(), reach.first(0));
        }
    }

    /**
     * A receptive field.
     *
     * @param h along the rows
     * @param w along the columns
     */
    public record Area(Span h, Span w) {}

    /** The reach along both axes; null along both where everything is seen. */
    private record Seen(@Nullable Reach h, @Nullable Reach w) {
        static final Seen ALL = new Seen(null, null);
        static final Seen POINT = new Seen(Reach.POINT, Reach.POINT);

        Seen join(Seen other) {
            if (h == null || w == null || other.h == null || other.w == null) {
                return ALL;
            }
            Optional<Reach> rows = h.join(other.h);
            Optional<Reach> columns = w.join(other.w);
            return rows.isPresent() && columns.isPresent() ? new Seen(rows.get(), columns.get()) : ALL;
        }
    }

    private final Map<Node, Seen> seen = new HashMap<>();
    private final Map<String, Long> sizes;

    private ReceptiveFields(Graph graph, Collection<Node> from, Map<String, Long> sizes) {
        this.sizes = sizes;
        from.forEach(n -> seen.put(n, Seen.POINT));
        for (Node node : graph.nodes()) {
            if (node.operation() instanceof Op op && !seen.containsKey(node)) {
                Seen result = through(node, op.spec().field(op));
                if (result != null) {
                    seen.put(node, result);
                }
            }
        }
    }

    /**
     * The fields on the inputs of a graph.
     *
     * @param sizes of the symbolic dimensions and N: what {@code pad=same} adds in front depends on them
     */
    public static ReceptiveFields onInputs(Graph graph, Map<String, Long> sizes) {
        List<Node> inputs = graph.nodes().stream()
                .filter(n -> n.isSource() && !n.isStored() && n.shape().rank() == 4)
                .toList();
        return new ReceptiveFields(graph, inputs, sizes);
    }

    /** The fields on one value of a graph; see {@link #onInputs}. */
    public static ReceptiveFields on(Graph graph, Node from, Map<String, Long> sizes) {
        return new ReceptiveFields(graph, List.of(from), sizes);
    }

    private @Nullable Seen through(Node node, Field field) {
        Seen joined = null;
        for (Node input : node.inputs()) {
            Seen operand = seen.get(input);
            if (operand != null) {
                Seen result = through(operand, input, field);
                joined = joined == null ? result : joined.join(result);
            }
        }
        return joined;
    }

    private Seen through(Seen operand, Node input, Field field) {
        if (operand.h == null || operand.w == null) {
            return Seen.ALL;
        }
        return switch (field) {
            case Field.Point p -> operand;
            case Field.All a -> Seen.ALL;
            case Field.Windowed(Window w) ->
                new Seen(
                        operand.h.through(w, 0, w.before(size(input, 0), 0)),
                        operand.w.through(w, 1, w.before(size(input, 1), 1)));
            case Field.Transposed(Window w) ->
                new Seen(
                        operand.h.transposed(w, 0, w.before(size(input, 0), 0)),
                        operand.w.transposed(w, 1, w.before(size(input, 1), 1)));
        };
    }

    private int size(Node input, int axis) {
        Sizes shape = input.shape().at(sizes);
        return shape.dim(2 + axis);
    }

    /** The field of a value; empty where every element sees everything, or none sees anything. */
    public Optional<Area> of(Node node) {
        Seen s = seen.get(node);
        return s == null || s.h == null || s.w == null
                ? Optional.empty()
                : Optional.of(new Area(new Span(s.h), new Span(s.w)));
    }

    /** The first and the last element that one element of a value sees along an axis (0 is H, 1 is W). */
    long[] bounds(Node node, int axis, int element) {
        Seen s = Objects.requireNonNull(seen.get(node));
        Reach reach = Objects.requireNonNull(axis == 0 ? s.h : s.w);
        return new long[] {reach.first(element), reach.last(element)};
    }
}
