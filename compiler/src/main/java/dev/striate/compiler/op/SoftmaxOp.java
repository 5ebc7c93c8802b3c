package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Softmax;
import dev.striate.core.kernel.SoftmaxGrad;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/** Softmax over the classes, axis C. */
public record SoftmaxOp() implements Op {
    static final OpSpec<SoftmaxOp> SPEC = OpSpec.<SoftmaxOp>of("softmax", Category.LAYER)
            .doc("`exp(x_c) / sum exp(x)` over the classes, axis C.")
            .operands("x")
            .factory(a -> new SoftmaxOp())
            .type((op, data) -> type("softmax", data.get(0)))
            .noMacs()
            .field(op -> Field.POINT)
            .gradient((op, g) -> g.give(0, new Grad(), g.incoming(), g.node()))
            .eval((op, in, context) -> eval(in.get(0)))
            .onnx("Softmax", (op, o) -> o.add(OnnxOp.of("Softmax").with("axis", 1), o.input(0)))
            .kernel(op -> KernelCall.of(Softmax.class, "softmax"))
            .build();

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    /** The type of scores {@code [N, C, …]}, which is also that of the result. */
    static TensorType type(String op, TensorType data) {
        Shape x = Types.requireFloat(op, 0, data);
        if (x.rank() < 2) {
            throw new ShapeError(Code.SHAPE, op + " works along axis C of [N, C, …], not on " + x)
                    .remark(0, List.of(), x + " comes from here")
                    .fix("use sigmoid for single numbers");
        }
        return data;
    }

    /** Calls {@code body} once for each place, with the row-major index of each of its classes. */
    static void forEachPlace(Nd x, Consumer<IntUnaryOperator> body) {
        int inner = x.shape().elementsFrom(2);
        for (int n = 0; n < x.dim(0); n++) {
            for (int i = 0; i < inner; i++) {
                int base = n * x.shape().elementsFrom(1) + i;
                body.accept(c -> base + c * inner);
            }
        }
    }

    /** Softmax over axis 1. */
    static Nd eval(Nd x) {
        Nd y = new Nd(x.shape());
        forEachPlace(x, at -> {
            double max = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < x.dim(1); c++) {
                max = Math.max(max, x.get(at.applyAsInt(c)));
            }
            double sum = 0;
            for (int c = 0; c < x.dim(1); c++) {
                sum += Math.exp(x.get(at.applyAsInt(c)) - max);
            }
            for (int c = 0; c < x.dim(1); c++) {
                y.set(at.applyAsInt(c), Math.exp(x.get(at.applyAsInt(c)) - max) / sum);
            }
        });
        return y;
    }

    /** The gradient. Operands: the result's gradient and the result. */
    record Grad() implements Op {
        static final OpSpec<Grad> SPEC = OpSpec.<Grad>of("softmax_grad", Category.INTERNAL)
                .doc("The gradient of `softmax`: `y * (g - sum(g * y))`.")
                .operands("gradient", "y")
                .type((op, data) -> data.get(1))
                .noMacs()
                .field(op -> Field.POINT)
                .isGradient()
                .eval((op, in, context) -> {
                    Nd g = in.get(0);
                    Nd y = in.get(1);
                    Nd dx = new Nd(y.shape());
                    forEachPlace(y, at -> {
                        double dot = 0;
                        for (int c = 0; c < y.dim(1); c++) {
                            dot += g.get(at.applyAsInt(c)) * y.get(at.applyAsInt(c));
                        }
                        for (int c = 0; c < y.dim(1); c++) {
                            int i = at.applyAsInt(c);
                            dx.set(i, y.get(i) * (g.get(i) - dot));
                        }
                    });
                    return dx;
                })
                .kernel(op -> KernelCall.of(SoftmaxGrad.class, "softmaxGrad"))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
