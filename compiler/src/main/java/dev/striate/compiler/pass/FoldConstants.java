package dev.striate.compiler.pass;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.Elementwise;
import dev.striate.compiler.op.FillOp;
import dev.striate.compiler.op.Op;
import java.util.List;

/**
 * An element-wise operator, or a view, of values whose elements are all the same is such a value; what follows from the seed of gradients
 * is a seed again.
 *
 * <pre>
 * before:  ones([N, 3]), fill(2, []) -> plus -> y        after:  fill(3, [N, 3]) -> y
 * </pre>
 */
final class FoldConstants {
    private FoldConstants() {}

    /** The constant, where the result is a finite number; see {@link Rebuild.Rule}. */
    static Node fold(Node node, Rebuild rebuilt) {
        List<Node> inputs = node.inputs();
        boolean mayFold = !inputs.isEmpty() && inputs.getFirst().operation() instanceof FillOp; // few nodes
        if (!mayFold || !inputs.stream().allMatch(i -> i.operation() instanceof FillOp)) {
            return node;
        }
        Op op = Op.of(node);
        double[] values = inputs.stream()
                .mapToDouble(i -> ((FillOp) i.operation()).value())
                .toArray();
        Elementwise function = op.elementwise(values.length);
        double value = function == null ? values[0] : function.function().expr().eval(values);
        boolean folds = (function != null || op.spec().isView()) && Double.isFinite(value);
        if (!folds) {
            return node;
        }
        boolean isSeed = inputs.stream().anyMatch(i -> ((FillOp) i.operation()).isSeed());
        FillOp constant = isSeed ? FillOp.seed(value, node.shape()) : new FillOp(value, node.shape());
        return rebuilt.add(new Node(constant, List.of(), node.type(), node.path(), node.origin()));
    }
}
