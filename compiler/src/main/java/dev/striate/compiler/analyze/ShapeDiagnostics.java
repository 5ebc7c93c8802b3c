package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.Axis;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.ShapeError;
import dev.striate.compiler.op.ShapeError.Remark;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Tells an operator's complaint about its operands with the places in the source, and how their sizes came to be. */
final class ShapeDiagnostics {
    private final NetBuilder net;

    ShapeDiagnostics(NetBuilder net) {
        this.net = net;
    }

    /** The error at {@code span} about {@code data}. */
    Diagnostic.Builder describe(ShapeError error, Span span, List<Node> data) {
        Diagnostic.Builder diagnostic = Diagnostic.error(error.code(), span, error.sentence());
        if (error.label() != null) {
            diagnostic.label(error.label());
        }
        for (Remark remark : error.remarks()) {
            Node operand = data.get(remark.input());
            diagnostic.related(place(operand, remark.axes()), remark.text());
            derivation(operand, remark.axes()).forEach(diagnostic::note);
        }
        if (error.fix() != null) {
            diagnostic.fix(error.fix());
        }
        return diagnostic;
    }

    /** Where sizes of a value come from: the dimensions of a declaration, or the step that computes it. */
    private Span place(Node node, List<Integer> axes) {
        Ast.Type type = net.declared(node);
        if (type == null) {
            return node.origin().span();
        }
        List<Ast.Expr> dims = type.dims();
        List<Integer> there =
                axes.stream().filter(a -> a < dims.size()).sorted().toList();
        return there.isEmpty()
                ? type.span()
                : dims.get(there.getFirst()).span().to(dims.get(there.getLast()).span());
    }

    /** A line for each axis whose size changed on the way to {@code node}; axes of the same history share one. */
    static List<String> derivation(Node node, List<Integer> axes) {
        List<Node> way = way(node);
        List<Integer> wanted =
                axes.isEmpty() ? IntStream.range(1, node.shape().rank()).boxed().toList() : axes;
        Map<String, List<String>> axesByHistory = new LinkedHashMap<>();
        for (int axis : wanted) {
            if (axis < node.shape().rank()) {
                List<String> history = history(way, axis);
                if (history.size() > 1) {
                    axesByHistory
                            .computeIfAbsent(String.join(" -> ", history), h -> new ArrayList<>())
                            .add(Axis.name(axis, node.shape().rank()));
                }
            }
        }
        return axesByHistory.entrySet().stream()
                .map(e -> String.join(", ", e.getValue()) + ": " + e.getKey())
                .toList();
    }

    /** The nodes that lead to {@code node} along first operands, as long as the axes mean the same; it comes last. */
    private static List<Node> way(Node node) {
        List<Node> way = new ArrayList<>();
        Node at = node;
        way.add(at);
        while (!at.inputs().isEmpty()
                && at.input(0).shape().rank() == node.shape().rank()) {
            at = at.input(0);
            way.add(at);
        }
        return way.reversed();
    }

    private static List<String> history(List<Node> way, int axis) {
        List<String> history = new ArrayList<>();
        Node before = way.getFirst();
        boolean given = !(before.operation() instanceof Op);
        history.add((given ? "" : before.path() + " ") + before.shape().dim(axis));
        for (Node node : way) {
            if (!node.shape().dim(axis).equals(before.shape().dim(axis))) {
                history.add(node.path() + " " + node.shape().dim(axis));
            }
            before = node;
        }
        return history;
    }
}
