package dev.striate.compiler.op;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.List;
import java.util.Optional;

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
        return List.of(total(w, x, y, 0), total(w, x, y, 1));
    }

    private static Dim total(Window w, Shape x, Shape y, int axis) {
        Dim steps = y.dim(2 + axis).minus(Dim.of(1)).times(Dim.of(w.stride().along(axis)));
        return steps.plus(Dim.of(w.reach(axis))).minus(x.dim(2 + axis));
    }

    /**
     * Whether ONNX's {@code auto_pad} is {@code pad=same}: ONNX Runtime has none for dilated windows, and a wrong one where
     * windows leave gaps.
     */
    static boolean hasAutoPad(Window w) {
        return w.dilation().equals(Extent.ONE)
                && w.kernel().h() >= w.stride().h()
                && w.kernel().w() >= w.stride().w();
    }

    /** The padding before and behind one axis, as int64 tensors {@code [1]}. */
    static List<String> around(OnnxBuilder o, Window w, int axis) {
        if (w.padding() instanceof Padding.Explicit p) {
            return axis == 0
                    ? List.of(o.integers(p.top()), o.integers(p.bottom()))
                    : List.of(o.integers(p.left()), o.integers(p.right()));
        }
        Dim total = total(w, o.node().input(0).shape(), o.node().shape(), axis);
        String whole = o.add("Max", o.sizes(List.of(total)), o.integers(0));
        String before = o.add("Div", whole, o.integers(2));
        return List.of(before, o.add("Sub", whole, before));
    }

    /** Elements of one value around those of {@code x}; {@code pads} are those of {@link #pads}. */
    static String pad(OnnxBuilder o, String x, Window w, Optional<List<Integer>> pads, double value) {
        return o.add("Pad", x, pads.map(p -> amounts(o, p)).orElseGet(() -> amounts(o, w)), o.number(value));
    }

    private static String amounts(OnnxBuilder o, List<Integer> pads) {
        return o.integers(0, 0, pads.get(0), pads.get(1), 0, 0, pads.get(2), pads.get(3));
    }

    private static String amounts(OnnxBuilder o, Window w) {
        List<String> rows = around(o, w, 0);
        List<String> columns = around(o, w, 1);
        String none = o.integers(0, 0);
        OnnxOp join = OnnxOp.of("Concat").with("axis", 0);
        return o.add(join, none, rows.get(0), columns.get(0), none, rows.get(1), columns.get(1));
    }

    /** The padding at the end with what a last window reaches past it; see {@link Window#output}. */
    private static int reached(Window w, int axis, int after) {
        long reach = Math.min((long) after + w.stride().along(axis), w.reach(axis));
        return w.rounding() == Rounding.CEIL ? Math.toIntExact(reach - 1) : after;
    }
}
