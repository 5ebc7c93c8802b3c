package dev.striate.compiler.op;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The windows of convolutions and pooling in ONNX. Rounding is always down there ({@code ceil_mode=0}, whose other value
 * differs between versions and runtimes): what a window that is rounded up reaches past the edge is padding.
 */
final class OnnxWindows {
    private OnnxWindows() {}

    /** An operator with the kernel, stride and dilation of a window, without padding. */
    static OnnxOp sized(OnnxOp op, Window w) {
        OnnxOp sized = op.withAll("kernel_shape", w.kernel().h(), w.kernel().w())
                .withAll("strides", w.stride().h(), w.stride().w());
        return w.dilation().equals(Extent.ONE)
                ? sized
                : sized.withAll("dilations", w.dilation().h(), w.dilation().w());
    }

    /** The same with its padding; {@code pads} are those of {@link #pads}. */
    static OnnxOp padded(OnnxOp op, Window w, Optional<List<Integer>> pads) {
        OnnxOp sized = sized(op, w);
        return pads.map(p -> sized.withAll("pads", p.toArray(Integer[]::new)))
                .orElseGet(() -> sized.with("auto_pad", "SAME_UPPER"));
    }

    /**
     * The padding at the top, left, bottom and right of a window that takes {@code x} to {@code y}, as far as windows
     * reach; empty where {@code pad=same} depends on the sizes.
     */
    static Optional<List<Integer>> pads(Window w, Shape x, Shape y) {
        if (w.padding() instanceof Padding.Explicit p) {
            return Optional.of(List.of(p.top(), p.left(), reached(w, 0, p.bottom()), reached(w, 1, p.right())));
        }
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        for (int axis = 0; axis < 2; axis++) {
            Dim steps = y.dim(2 + axis).minus(Dim.of(1)).times(Dim.of(w.stride().along(axis)));
            Dim total = steps.plus(Dim.of(w.reach(axis))).minus(x.dim(2 + axis));
            if (total.constant().isEmpty()) {
                return Optional.empty();
            }
            before.add(Math.max(total.toInt(), 0) / 2);
            after.add(Math.max(total.toInt(), 0) - before.get(axis));
        }
        return Optional.of(Stream.concat(before.stream(), after.stream()).toList());
    }

    /** The padding at the end with what a last window reaches past it; see {@link Window#output}. */
    private static int reached(Window w, int axis, int after) {
        int reach = w.reach(axis);
        return w.rounding() == Rounding.CEIL ? Math.min(after + w.stride().along(axis), reach) - 1 : after;
    }

    /** Elements of one value around those of {@code x}, at the top, left, bottom and right. */
    static String pad(OnnxBuilder o, String x, List<Integer> pads, double value) {
        String amounts = o.integers(0, 0, pads.get(0), pads.get(1), 0, 0, pads.get(2), pads.get(3));
        return o.add("Pad", x, amounts, o.number(value));
    }
}
