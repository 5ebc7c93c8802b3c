package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.LogSoftmax;
import dev.striate.core.kernel.LogSoftmaxGrad;

/** The logarithm of softmax over the classes, axis C. */
record LogSoftmaxOp() implements Op {
    static final OpSpec<LogSoftmaxOp> SPEC = OpSpec.<LogSoftmaxOp>of("log_softmax", Category.LAYER)
            .doc("`x_c - log sum exp(x)` over the classes, axis C: never the logarithm of 0.")
            .operands("x")
            .factory(a -> new LogSoftmaxOp())
            .type((op, data) -> SoftmaxOp.type("log_softmax", data.get(0)))
            .noMacs()
            .field(op -> Field.POINT)
            .gradient((op, g) -> g.give(0, new Grad(), g.incoming(), g.node()))
            .eval((op, in, context) -> eval(in.get(0)))
            .onnx("LogSoftmax", (op, o) -> o.add(OnnxOp.of("LogSoftmax").with("axis", 1), o.input(0)))
            .kernel(op -> KernelCall.of(LogSoftmax.class, "logSoftmax"))
            .build();

    private static Nd eval(Nd x) {
        Nd y = new Nd(x.shape());
        SoftmaxOp.forEachPlace(x, at -> {
            double max = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < x.dim(1); c++) {
                max = Math.max(max, x.get(at.applyAsInt(c)));
            }
            double sum = 0;
            for (int c = 0; c < x.dim(1); c++) {
                sum += Math.exp(x.get(at.applyAsInt(c)) - max);
            }
            for (int c = 0; c < x.dim(1); c++) {
                y.set(at.applyAsInt(c), x.get(at.applyAsInt(c)) - max - Math.log(sum));
            }
        });
        return y;
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    /** The gradient. Operands: the result's gradient and the result. */
    record Grad() implements Op {
        static final OpSpec<Grad> SPEC = OpSpec.<Grad>of("log_softmax_grad", Category.INTERNAL)
                .doc("The gradient of `log_softmax`: `g - exp(y) * sum(g)`.")
                .operands("gradient", "y")
                .type((op, data) -> data.get(1))
                .noMacs()
                .field(op -> Field.POINT)
                .isGradient()
                .eval((op, in, context) -> eval(in.get(0), in.get(1)))
                .kernel(op -> KernelCall.of(LogSoftmaxGrad.class, "logSoftmaxGrad"))
                .build();

        private static Nd eval(Nd g, Nd y) {
            Nd dx = new Nd(y.shape());
            SoftmaxOp.forEachPlace(y, at -> {
                double sum = 0;
                for (int c = 0; c < y.dim(1); c++) {
                    sum += g.get(at.applyAsInt(c));
                }
                for (int c = 0; c < y.dim(1); c++) {
                    int i = at.applyAsInt(c);
                    dx.set(i, g.get(i) - Math.exp(y.get(i)) * sum);
                }
            });
            return dx;
        }

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
