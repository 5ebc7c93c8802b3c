package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.core.English;
import dev.striate.core.Sizes;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/** What convolution and pooling share: the checks of their operands and of the window's tiling. */
final class Windows {
    private static final String AXES = "HW";

    private Windows() {}

    /** The shape of a feature map {@code [N, C, H, W]} of floats. */
    static Shape featureMap(String op, TensorType x) {
        Types.requireFloat(op, 0, x);
        if (x.shape().rank() != 4) {
            throw new ShapeError(Code.SHAPE, op + " takes a feature map [N, C, H, W], not " + x.shape())
                    .remark(0, List.of(), x.shape() + " comes from here")
                    .fix(
                            x.shape().rank() == 2
                                    ? "move " + op + " before flatten"
                                    : "declare the input as f32[N, C, H, W]");
        }
        return x.shape();
    }

    /** The number of channels, which the shapes of weights depend on. */
    static int fixedChannels(String op, Shape x) {
        return x.dim(1)
                .asLong()
                .map(Math::toIntExact)
                .orElseThrow(() -> new ShapeError(Code.SHAPE, op + " needs a known number of channels, not " + x.dim(1))
                        .remark(0, List.of(1), x.dim(1) + " channels come from here")
                        .fix(
                                x.rank() == 2
                                        ? "write global_avg_pool in the place of flatten: it gives [N, C] at any size"
                                        : "write the number of channels in the input's type"));
    }

    /** The size of a concrete shape, as symbols are written. */
    static Shape shape(Sizes sizes) {
        return Shape.of(Arrays.stream(sizes.toArray()).asLongStream().toArray());
    }

    /**
     * The output size along a spatial axis (0 is H, 1 is W). Whether a window fits and tiles an input of symbolic size is
     * asked again, with numbers, when a session is opened.
     *
     * @throws ShapeError when the window never fits, or never tiles and the file does not say how to round
     */
    static Dim output(String op, Window w, Shape x, int axis) {
        Dim n = x.dim(2 + axis);
        Dim out = w.output(Dim.ARITHMETIC, n, axis);
        boolean fits =
                out.constant().isEmpty() || out.asLong().filter(v -> v >= 1).isPresent();
        if (!fits || w.reach(axis) > Integer.MAX_VALUE) {
            throw new ShapeError(
                            Code.WINDOW_TOO_LARGE,
                            op + " with a window of " + reach(w) + " does not fit into " + size(x)
                                    + (w.padding().equals(Padding.NONE) ? "" : " with pad=" + w.padding()))
                    .label("the window reaches over " + w.reach(axis) + " along " + AXES.charAt(axis))
                    .remark(0, List.of(2, 3), size(x) + " comes from here")
                    .fix("use a smaller kernel, pad=same, or fewer layers that shrink the input");
        }
        if (w.rounding() == Rounding.EXACT && w.padding() instanceof Padding.Explicit p) {
            long padding = axis == 0 ? (long) p.top() + p.bottom() : (long) p.left() + p.right();
            requireTiling(w, x, axis, padding);
        }
        return out;
    }

    private static void requireTiling(Window w, Shape x, int axis, long padding) {
        Dim n = x.dim(2 + axis);
        int s = w.stride().along(axis);
        Dim steps = n.plus(Dim.of(padding - w.reach(axis))).over(Rational.of(s));
        Rational rest = steps.constantTerm();
        if (rest.isInteger() || !steps.minus(Dim.of(rest)).isWhole()) {
            return;
        }
        String sum = "(" + n + (padding == 0 ? "" : " + " + padding) + " - " + w.reach(axis) + ") / " + s + " + 1";
        throw new ShapeError(
                        Code.TILING,
                        English.withArticle(w.kernel() + " window") + " with stride " + stride(w) + " does not tile "
                                + English.withArticle(size(x) + " input"))
                .label(steps.constant()
                        .map(v -> sum + " = " + decimal(v.plus(Rational.ONE)))
                        .orElse(sum + " is not a whole number for every " + n))
                .remark(0, List.of(2, 3), size(x) + " comes from here")
                .fix(fix(w, x));
    }

    private static String fix(Window w, Shape x) {
        return "round=floor drops what is left at the bottom and right" + result(w, x, Rounding.FLOOR)
                + "; round=ceil reads past the edge" + result(w, x, Rounding.CEIL) + "; pad=same gives "
                + size(new Window(w.kernel(), w.stride(), w.dilation(), Padding.SAME, w.rounding()), x);
    }

    private static String result(Window w, Shape x, Rounding rounding) {
        return " (" + size(new Window(w.kernel(), w.stride(), w.dilation(), w.padding(), rounding), x) + ")";
    }

    private static String size(Window w, Shape x) {
        return size(w.output(Dim.ARITHMETIC, x.dim(2), 0), w.output(Dim.ARITHMETIC, x.dim(3), 1));
    }

    private static String size(Shape x) {
        return size(x.dim(2), x.dim(3));
    }

    private static String size(Dim h, Dim w) {
        boolean sums = h.toString().contains(" ") || w.toString().contains(" ");
        return sums ? "(" + h + ")x(" + w + ")" : h + "x" + w;
    }

    private static String reach(Window w) {
        return w.dilation().equals(Extent.ONE)
                ? w.kernel().toString()
                : w.kernel() + " with dilation " + w.dilation() + ", which reaches over " + w.reach(0) + "x"
                        + w.reach(1) + ",";
    }

    private static String stride(Window w) {
        return w.stride().h() == w.stride().w()
                ? "" + w.stride().h()
                : w.stride().toString();
    }

    private static String decimal(Rational v) {
        return BigDecimal.valueOf(v.toDouble())
                .setScale(2, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** The options of a kernel's description that differ from its factory's. */
    static KernelCall options(KernelCall call, Window w, Extent usualStride) {
        KernelCall strided = call.with(
                        !w.stride().equals(usualStride),
                        "stride",
                        w.stride().h(),
                        w.stride().w())
                .with(
                        !w.dilation().equals(Extent.ONE),
                        "dilation",
                        w.dilation().h(),
                        w.dilation().w());
        boolean even = w.padding() instanceof Padding.Explicit p && p.equals(Padding.of(p.top()));
        KernelCall padded = even
                ? strided.with(!w.padding().equals(Padding.NONE), "pad", ((Padding.Explicit) w.padding()).top())
                : strided.with(true, "pad", w.padding());
        return padded.with(w.rounding() != Rounding.EXACT, "round", w.rounding());
    }
}
