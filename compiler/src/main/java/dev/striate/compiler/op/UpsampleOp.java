package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Upsample;
import dev.striate.core.kernel.Upsample.Mode;
import dev.striate.core.kernel.UpsampleGrad;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.List;

/**
 * Enlarges feature maps by whole factors.
 *
 * @param factor of the height and of the width
 * @param mode what is taken at places between pixels
 */
record UpsampleOp(Extent factor, Mode mode) implements Op {
    static final OpSpec<UpsampleOp> SPEC = OpSpec.<UpsampleOp>of("upsample", Category.LAYER)
            .doc(
                    "Enlarges feature maps: `[N, C, H, W]` gives `[N, C, factor*H, factor*W]`. Pixels are squares whose centres"
                            + " lie at halves, as with `align_corners=False` in PyTorch and `half_pixel` in ONNX.")
            .operands("x")
            .attrs(
                    Attr.required("factor", Attr.Kind.EXTENT, "how many times as high and wide"),
                    Attr.optional("mode", Attr.Kind.INTERPOLATION, Mode.NEAREST, "what lies between pixels"))
            .factory(a -> new UpsampleOp(a.extent("factor"), a.interpolation("mode")))
            .type((op, data) -> {
                Shape x = Windows.featureMap("upsample", data.get(0));
                return TensorType.f32(Shape.of(
                        x.dim(0),
                        x.dim(1),
                        x.dim(2).times(Dim.of(op.factor.h())),
                        x.dim(3).times(Dim.of(op.factor.w()))));
            })
            .noMacs()
            .field(op -> new Field.Transposed(op.window()))
            .gradient((op, g) -> g.give(0, new Grad(op), g.incoming()))
            .eval((op, in, context) -> op.eval(in.get(0)))
            .onnx("Resize", (op, o) -> op.export(o))
            .kernel(op -> op.call())
            .build();

    private String export(OnnxBuilder o) {
        OnnxOp resize = mode == Mode.BILINEAR
                ? OnnxOp.of("Resize").with("mode", "linear")
                : OnnxOp.of("Resize")
                        .with("mode", "nearest")
                        .with("coordinate_transformation_mode", "asymmetric")
                        .with("nearest_mode", "floor");
        String scales = o.floats(Sizes.of(4), 1, 1, factor.h(), factor.w());
        return o.add(resize, o.input(0), "", scales); // without a region of interest
    }

    private Upsample kernel() {
        return new Upsample(mode, factor.h(), factor.w());
    }

    private KernelCall call() {
        return KernelCall.of(Upsample.class, "upsample", factor.h(), factor.w())
                .with(mode == Mode.BILINEAR, "bilinear");
    }

    /** The window of the transposed convolution that this is: what one pixel of the input reaches. */
    private Window window() {
        int top = before(factor.h());
        int left = before(factor.w());
        Extent kernel = new Extent(reach(factor.h()), reach(factor.w()));
        Padding padding =
                new Padding.Explicit(top, kernel.h() - factor.h() - top, left, kernel.w() - factor.w() - left);
        return new Window(kernel, factor, Extent.ONE, padding, Rounding.EXACT);
    }

    /** Bilinear, a pixel reaches all places less than one pixel from its centre. */
    private int reach(int f) {
        return mode == Mode.NEAREST ? f : 2 * f - f % 2;
    }

    private int before(int f) {
        return mode == Mode.NEAREST ? 0 : f / 2;
    }

    /** One product: of a pixel of the input and a factor, for a pixel of the result; row-major indices. */
    @FunctionalInterface
    private interface Part {
        void at(int x, int y, double factor);
    }

    private void forEachPart(Sizes x, Part part) {
        Upsample.Mix rows = kernel().rows(x.dim(2));
        Upsample.Mix columns = kernel().columns(x.dim(3));
        int large = rows.size() * columns.size();
        for (int y = 0; y < x.dim(0) * x.dim(1) * large; y++) {
            int plane = y / large * x.elementsFrom(2);
            int i = y / columns.size() % rows.size();
            int j = y % columns.size();
            int low = plane + rows.low(i) * x.dim(3);
            int high = plane + rows.high(i) * x.dim(3);
            double bottom = rows.share(i);
            double right = columns.share(j);
            part.at(low + columns.low(j), y, (1 - bottom) * (1 - right));
            part.at(low + columns.high(j), y, (1 - bottom) * right);
            part.at(high + columns.low(j), y, bottom * (1 - right));
            part.at(high + columns.high(j), y, bottom * right);
        }
    }

    private Nd eval(Nd x) {
        Nd y = new Nd(kernel().output(List.of(x.shape())));
        forEachPart(x.shape(), (from, to, share) -> y.add(to, share * x.get(from)));
        return y;
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    /**
     * The gradient by the input. Operand: the result's gradient.
     *
     * @param of the enlargement
     */
    record Grad(UpsampleOp of) implements Op {
        static final OpSpec<Grad> SPEC = OpSpec.<Grad>of("upsample_grad", Category.INTERNAL)
                .doc("The gradient of `upsample`.")
                .operands("gradient")
                .type((op, data) -> TensorType.f32(op.small(data.get(0).shape())))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> {
                    Nd g = in.get(0);
                    Nd dx = new Nd(new UpsampleGrad(op.of.kernel()).output(List.of(g.shape())));
                    op.of.forEachPart(dx.shape(), (to, from, share) -> dx.add(to, share * g.get(from)));
                    return dx;
                })
                .kernel(op -> KernelCall.of(UpsampleGrad.class, "upsampleGrad", op.of.call()))
                .build();

        private Shape small(Shape g) {
            return Shape.of(
                    g.dim(0),
                    g.dim(1),
                    g.dim(2).over(Rational.of(of.factor.h())),
                    g.dim(3).over(Rational.of(of.factor.w())));
        }

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
