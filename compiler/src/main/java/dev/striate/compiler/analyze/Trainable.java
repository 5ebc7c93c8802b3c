package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.NodeSet;
import dev.striate.compiler.op.Op;

/** Whether there is a gradient of the objective by every parameter. */
final class Trainable {
    private Trainable() {}

    /** Reports layers without a gradient between parameters and the objective. */
    static void check(Graph graph, Log log) {
        graph.results(Kind.OBJECTIVE).forEach(o -> gradients(graph, o.name(), o.node(), log));
    }

    private static void gradients(Graph graph, String objective, Node loss, Log log) {
        NodeSet learned = new NodeSet();
        for (Node node : graph.nodes()) {
            boolean learns = node.isParam() && graph.updates(objective, node);
            if (learns || learned.containsAny(node.inputs())) {
                learned.add(node);
            }
        }
        NodeSet used = new NodeSet();
        used.add(loss);
        for (Node node : graph.nodes().reversed()) {
            if (used.contains(node)) {
                used.addAll(node.inputs());
                boolean matters = node.equals(loss) || learned.containsAny(node.inputs());
                if (matters && node.operation() instanceof Op op) {
                    op.spec().notDifferentiable().ifPresent(why -> log.add(noGradient(node, loss, op, why)));
                }
            }
        }
    }

    private static Diagnostic.Builder noGradient(Node node, Node loss, Op op, String why) {
        Diagnostic.Builder error = Diagnostic.error(
                Code.NOT_DIFFERENTIABLE,
                node.origin().span(),
                "`" + op.name() + "` has no gradient, and parameters before it could not learn: " + why);
        return node.equals(loss)
                ? error.fix("train with `cross_entropy`, and report `" + op.name() + "` as a `metric`")
                : error.related(loss.origin().span(), "the loss that is made small")
                        .fix(
                                "give the value before it to `perceptron_loss`, or use a layer with a gradient, such as `sigmoid`");
    }
}
