package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.AdaptiveAvgPool;
import dev.striate.core.kernel.AdaptiveAvgPoolGrad;
import java.util.List;

/**
 * Average pooling to a given size, and its gradient.
 *
 * @param pool the size
 */
public record AdaptivePoolOp(AdaptiveAvgPool pool) implements Op {
    static final OpSpec<AdaptivePoolOp> SPEC = OpSpec.<AdaptivePoolOp>of("adaptive_avg_pool", Category.LAYER)
            .doc(
                    "The mean of boxes of each map so that `size` boxes cover it: of `n` elements, box `i` of `k` has those from"
                            + " `floor(i n / k)` to before `ceil((i + 1) n / k)`. A map smaller than `size` is repeated.")
            .operands("x")
            .attrs(Attr.required("size", Attr.Kind.EXTENT, "the size of the result"))
            .factory(a -> new AdaptivePoolOp(new AdaptiveAvgPool(a.extent("size"))))
            .type((op, data) -> {
                Shape x = Windows.featureMap("adaptive_avg_pool", data.get(0));
                return TensorType.f32(Shape.of(
                        x.dim(0),
                        x.dim(1),
                        Dim.of(op.pool.size().h()),
                        Dim.of(op.pool.size().w())));
            })
            .noMacs()
            .field(op -> Field.ALL)
            .gradient((op, g) -> g.give(0, new Grad(op.pool, g.node().input(0).shape()), g.incoming()))
            .eval((op, in, context) -> eval(op.pool, in.get(0)))
            .onnx("MatMul", AdaptivePoolOp::export)
            .kernel(op -> call(op.pool))
            .build();

    private String export(OnnxBuilder o) {
        Shape x = o.node().input(0).shape();
        String rows = boxes(o, pool.size().h(), x.dim(2));
        return OnnxBoxes.means(o, o.input(0), rows, boxes(o, pool.size().w(), x.dim(3)));
    }

    private static String boxes(OnnxBuilder o, int k, Dim n) {
        String size = o.sizes(List.of(n));
        String box = OnnxBoxes.numbers(o, Dim.of(k));
        String from = o.add("Div", o.add("Mul", box, size), o.integers(k));
        String behind = o.add("Mul", o.add("Add", box, o.integers(1)), size);
        String to = o.add("Div", o.add("Add", behind, o.integers(k - 1)), o.integers(k)); // rounded up
        return OnnxBoxes.matrix(o, n, from, to, o.add("Sub", to, from));
    }

    private static KernelCall call(AdaptiveAvgPool pool) {
        return KernelCall.of(
                AdaptiveAvgPool.class,
                "adaptiveAvgPool",
                pool.size().h(),
                pool.size().w());
    }

    private static Nd eval(AdaptiveAvgPool pool, Nd x) {
        Nd y = new Nd(pool.output(List.of(x.shape())));
        for (int out = 0; out < y.size(); out++) {
            int plane = out / y.shape().elementsFrom(2) * x.shape().elementsFrom(2);
            AdaptiveAvgPool.Box box = pool.box(out / y.dim(3) % y.dim(2), out % y.dim(3), x.dim(2), x.dim(3));
            double sum = 0;
            for (int h = box.top(); h < box.bottom(); h++) {
                for (int w = box.left(); w < box.right(); w++) {
                    sum += x.get(plane + h * x.dim(3) + w);
                }
            }
            y.set(out, sum / box.area());
        }
        return y;
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    /**
     * The gradient. Operand: the result's gradient.
     *
     * @param pool the size
     * @param shape the shape of the input
     */
    record Grad(AdaptiveAvgPool pool, Shape shape) implements Op {
        static final OpSpec<Grad> SPEC = OpSpec.<Grad>of("adaptive_avg_pool_grad", Category.INTERNAL)
                .doc("The gradient of `adaptive_avg_pool`: every element of a box gets its share.")
                .operands("gradient")
                .type((op, data) -> TensorType.f32(op.shape))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> op.eval(in.get(0), new Nd(context.sizes(op.shape))))
                .kernel(op -> KernelCall.of(AdaptiveAvgPoolGrad.class, "adaptiveAvgPoolGrad", call(op.pool), op.shape))
                .build();

        private Nd eval(Nd g, Nd dx) {
            for (int out = 0; out < g.size(); out++) {
                int plane = out / g.shape().elementsFrom(2) * dx.shape().elementsFrom(2);
                AdaptiveAvgPool.Box box = pool.box(out / g.dim(3) % g.dim(2), out % g.dim(3), dx.dim(2), dx.dim(3));
                for (int h = box.top(); h < box.bottom(); h++) {
                    for (int w = box.left(); w < box.right(); w++) {
                        dx.add(plane + h * dx.dim(3) + w, g.get(out) / box.area());
                    }
                }
            }
            return dx;
        }

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
