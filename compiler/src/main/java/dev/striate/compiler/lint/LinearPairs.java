package dev.striate.compiler.lint;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import java.util.Set;

/**
 * Two linear layers with no activation between them, which together compute no more than one could. A pair is left alone
 * when it is there for a reason:
 *
 * <ul>
 *   <li>something else uses what lies between, such as the other branch of a residual block (ConvNeXt) or an output;
 *   <li>what lies between is narrower than both ends (the linear bottlenecks of MobileNetV2, Sandler et al. 2018);
 *   <li>the pair has fewer weights than the one layer would have (depthwise separable and 1xk, kx1 convolutions).
 * </ul>
 */
final class LinearPairs implements NodeLint {
    static final Set<String> LINEAR = Set.of("conv", "depthwise_conv", "conv_transpose", "fc");
    private static final Set<String> NO_ACTIVATION =
            Set.of("batch_norm", "dropout", "spatial_dropout", "pad", "reshape", "flatten");

    @Override
    public void check(Node second, Wiring net, Report report) {
        if (LINEAR.contains(second.operation().name())) {
            Node first = before(second, net);
            if (LINEAR.contains(first.operation().name()) && net.hasOneUser(first) && !isWorthIt(first, second)) {
                report.add(about(first, second), second);
            }
        }
    }

    /** What computes the input of a layer, but for layers between that are no activation. */
    private static Node before(Node layer, Wiring net) {
        Node node = layer.input(0);
        while (NO_ACTIVATION.contains(node.operation().name()) && net.hasOneUser(node)) {
            node = node.input(0);
        }
        return node;
    }

    private static Diagnostic.Builder about(Node first, Node second) {
        String a = first.operation().name();
        String b = second.operation().name();
        return Diagnostic.warning(
                        Code.LINEAR_PAIR,
                        second.origin().span(),
                        "no activation stands between "
                                + (a.equals(b) ? "two `" + a + "`" : "`" + a + "` and `" + b + "`")
                                + ", so that together they compute no more than a single layer could")
                .related(first.origin().span(), "`" + a + "` is the layer before")
                .fix("write an activation between them, such as `relu`, or one layer in place of both");
    }

    private static boolean isWorthIt(Node first, Node second) {
        boolean spatial = first.shape().rank() == 4 && second.shape().rank() == 4;
        long in = width(first.input(0).shape(), spatial);
        long between = width(first.shape(), spatial);
        long out = width(second.shape(), spatial);
        double one = (double) in * out;
        if (spatial) {
            one *= Math.max(side(first, 2), side(second, 2)) * Math.max(side(first, 3), side(second, 3));
            one /= Math.min(groups(first), groups(second));
        }
        return between < Math.min(in, out) || weights(first) + weights(second) < one;
    }

    /** The channels, or else the elements of a sample; both are numbers wherever a linear layer goes on from them. */
    private static long width(Shape shape, boolean channels) {
        return (channels ? shape.dim(1) : shape.elementsFrom(1)).asLong().orElse(Long.MAX_VALUE);
    }

    private static double weights(Node layer) {
        return layer.input(1).shape().elements().toInt();
    }

    /** A side of the kernel, along axis 2 or 3 of the weight. */
    private static double side(Node convolution, int axis) {
        return convolution.input(1).shape().dim(axis).toInt();
    }

    /** Into how many groups the channels fall that do not mix: what of all possible weights there is. */
    private static double groups(Node convolution) {
        double all = (double) width(convolution.input(0).shape(), true)
                * width(convolution.shape(), true)
                * side(convolution, 2)
                * side(convolution, 3);
        return all / weights(convolution);
    }
}
