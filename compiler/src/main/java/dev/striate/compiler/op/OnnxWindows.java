package dev.striate.compiler.op;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
        List<Dim> totals = totals(w, x, y);
        if (totals.stream().anyMatch(t -> t.constant().isEmpty())) {
            return Optional.empty();
        }
        int h = Math.max(totals.get(0).toInt(), 0);
        int v = Math.max(totals.get(1).toInt(), 0);
        return Optional.of(List.of(h / 2, v / 2, h - h / 2, v - v / 2));
    }

    /** The rows and columns that {@code pad=same} adds; none where they are negative. */
    private static List<Dim> totals(Window w, Shape x, Shape y) {
        return IntStream.range(0, 2)
                .mapToObj(axis -> y.dim(2 + axis)
                        .minus(Dim.of(1))
                        .times(Dim.of(w.stride().along(axis)))
                        .plus(Dim.of(w.reach(axis)))
                        .minus(x.dim(2 + axis)))
                .toList();
    }

    /** The zeros of {@code pad=same} around {@code x}, for dilated windows, with which ONNX Runtime has no auto_pad. */
    static String padSame(OnnxBuilder o, String x, Window w) {
        List<Dim> totals = totals(w, o.node().input(0).shape(), o.node().shape());
        String total = o.add("Max", o.sizes(totals), o.integers(0));
        String before = o.add("Div", total, o.integers(2));
        String none = o.integers(0, 0);
        OnnxOp join = OnnxOp.of("Concat").with("axis", 0);
        return o.add("Pad", x, o.add(join, none, before, none, o.add("Sub", total, before)));
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
