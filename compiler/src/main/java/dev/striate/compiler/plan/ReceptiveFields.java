package dev.striate.compiler.plan;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.Field;
import dev.striate.compiler.op.Op;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Window;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the input one element of a value sees: its size, the step from one element's to the next, and where the
 * first begins (Araujo, Norris, Sim 2019). Of several paths the one that sees most counts.
 */
final class ReceptiveFields {
    private record Span(int size, int jump, int start) {
        Span through(Window w, int axis) {
            int before = w.padding() instanceof Padding.Explicit p
                    ? (axis == 0 ? p.top() : p.left())
                    : (w.reach(axis) - 1) / 2;
            return new Span(size + (w.reach(axis) - 1) * jump, jump * w.stride().along(axis), start - before * jump);
        }

        Span join(Span other) {
            int from = Math.min(start, other.start);
            int to = Math.max(start + size, other.start + other.size);
            return new Span(to - from, Math.max(jump, other.jump), from);
        }
    }

    private record Area(Span h, Span w) {
        Area join(Area other) {
            return new Area(h.join(other.h), w.join(other.w));
        }
    }

    private final Map<Node, Area> areas = new HashMap<>();

    ReceptiveFields(Graph graph) {
        for (Node node : graph.nodes()) {
            if (node.isSource()) {
                if (!node.isStored() && node.shape().rank() == 4) {
                    areas.put(node, new Area(new Span(1, 1, 0), new Span(1, 1, 0)));
                }
            } else {
                Area area = compute(node);
                if (area != null) {
                    areas.put(node, area);
                }
            }
        }
    }

    private @Nullable Area compute(Node node) {
        Field field = Op.of(node).spec().field(Op.of(node));
        Area joined = null;
        for (Node input : node.inputs()) {
            Area area = areas.get(input);
            if (area != null) {
                joined = joined == null ? area : joined.join(area);
            }
        }
        if (joined == null) {
            return null;
        }
        return switch (field) {
            case Field.Point p -> joined;
            case Field.All a -> null;
            case Field.Windowed w -> new Area(joined.h.through(w.window(), 0), joined.w.through(w.window(), 1));
        };
    }

    /** {@code size / stride / offset}, each along H and W; null when a node sees everything or has no axes. */
    @Nullable
    String of(Node node) {
        Area a = areas.get(node);
        return a == null
                ? null
                : pair(a.h.size, a.w.size) + " / " + pair(a.h.jump, a.w.jump) + " / " + pair(a.h.start, a.w.start);
    }

    private static String pair(int h, int w) {
        return h == w ? "" + h : h + "x" + w;
    }
}
