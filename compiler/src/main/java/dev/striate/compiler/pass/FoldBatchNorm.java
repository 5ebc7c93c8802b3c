package dev.striate.compiler.pass;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.op.BatchNormOp;
import dev.striate.compiler.op.ChannelScaleOp;
import dev.striate.compiler.op.ChannelShiftOp;
import dev.striate.compiler.op.Elementwise;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.PointwiseOp;
import java.util.List;

/**
 * Batch normalization by running statistics is one product and one sum for each element. Its factors and summands follow
 * from the weights alone, so they are computed when those change, and not in each run; {@link Fuse} takes the rest into
 * the convolution before it.
 *
 * <pre>
 * before:  x, weight, bias, running_mean, running_var -> batch_norm -> y
 * after:   weight, running_var -> scale;  scale, bias, running_mean -> shift;  x, scale, shift -> affine -> y
 * </pre>
 */
final class FoldBatchNorm {
    private FoldBatchNorm() {}

    /** The product and sum that a batch normalization is in inference; see {@link Rebuild.Rule}. */
    static Node fold(Node node, Rebuild rebuilt) {
        return node.operation() instanceof BatchNormOp op ? fold(op, node, rebuilt) : node;
    }

    private static Node fold(BatchNormOp op, Node node, Rebuild rebuilt) {
        List<Node> in = node.inputs();
        int channels = node.shape().dim(1).toInt();
        Node scale = rebuilt.add(
                derived(new ChannelScaleOp(channels, op.eps()), "scale", node, List.of(in.get(1), in.get(4))));
        Node shift = rebuilt.add(derived(new ChannelShiftOp(), "shift", node, List.of(scale, in.get(2), in.get(3))));
        Origin origin = new Origin.Derived("fold_batch_norm", node.origin());
        return rebuilt.add(new Node(
                PointwiseOp.group(Elementwise.affine()),
                List.of(in.get(0), scale, shift),
                node.type(),
                node.path(),
                origin));
    }

    /** A node that belongs to the normalization; later uses of shared weights keep their number at the end. */
    private static Node derived(Op op, String name, Node of, List<Node> inputs) {
        int use = of.path().indexOf('@');
        String path = use < 0
                ? of.path() + "." + name
                : of.path().substring(0, use) + "." + name + of.path().substring(use);
        int data = op.spec().operands().size();
        return new Node(
                op,
                inputs,
                op.spec()
                        .type(
                                op,
                                inputs.subList(0, data).stream().map(Node::type).toList()),
                path,
                new Origin.Derived("fold_batch_norm", of.origin()));
    }
}
