package dev.striate.compiler.lint;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.Field;
import dev.striate.compiler.op.Op;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Window;

/**
 * A padding of more than half of the window, dilation included: windows at the edge see more padding than input. The layer
 * {@code pad} has no window to compare with.
 */
final class WidePadding implements NodeLint {
    @Override
    public void check(Node node, Wiring net, Report report) {
        if (node.operation() instanceof Op op
                && !op.name().equals("pad")
                && op.spec().field(op) instanceof Field.Windowed(Window window)
                && window.padding() instanceof Padding.Explicit pad) {
            check(node, window, 0, Math.max(pad.top(), pad.bottom()), report);
            check(node, window, 1, Math.max(pad.left(), pad.right()), report);
        }
    }

    private static void check(Node node, Window window, int axis, int pad, Report report) {
        long reach = window.reach(axis);
        if (pad > reach - pad) {
            report.add(
                    Diagnostic.warning(
                                    Code.WIDE_PADDING,
                                    node.origin().span(),
                                    "a padding of " + pad + " is more than half of the window, which is " + reach
                                            + (axis == 0 ? " high" : " wide"))
                            .fix("pad at most " + reach / 2
                                    + (axis == 0 ? " above and below" : " at the left and right")
                                    + ", or write `pad=same`"),
                    node);
        }
    }
}
