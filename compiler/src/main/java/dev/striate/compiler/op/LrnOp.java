package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Lines;
import dev.striate.core.kernel.Lrn;
import dev.striate.core.kernel.LrnGrad;

/**
 * Local response normalization across channels.
 *
 * @param lrn its numbers
 */
public record LrnOp(Lrn lrn) implements Op {
    static final OpSpec<LrnOp> SPEC = OpSpec.<LrnOp>of("lrn", Category.LAYER)
            .doc(
                    "`x / (k + alpha / size * sum of squares)^beta` over `size` neighbouring channels; alpha is divided by the"
                            + " size, as in Caffe and ONNX.")
            .operands("x")
            .attrs(
                    Attr.required("size", Attr.Kind.POSITIVE_INT, "how many channels are added up"),
                    Attr.optional("alpha", Attr.Kind.FLOAT, 1e-4, "the weight of their mean square"),
                    Attr.optional("beta", Attr.Kind.FLOAT, 0.75, "the exponent"),
                    Attr.optional("k", Attr.Kind.FLOAT, 1.0, "what is added"))
            .factory(a -> new LrnOp(new Lrn(a.integer("size"), a.number("alpha"), a.number("beta"), a.number("k"))))
            .type((op, data) -> {
                Types.requireChannels("lrn", data.get(0));
                Types.requireNotNegative("lrn", "alpha", op.lrn.alpha());
                Types.requireNotNegative("lrn", "k", op.lrn.k());
                return data.get(0);
            })
            .noMacs()
            .field(op -> Field.POINT)
            .gradient((op, g) ->
                    g.give(0, new Grad(op.lrn), g.incoming(), g.node().input(0)))
            .eval((op, in, context) -> {
                Nd base = base(op.lrn, in.get(0));
                return Nd.of(base.shape(), i -> in.get(0).get(i) * Math.pow(base.get(i), -op.lrn.beta()));
            })
            .onnx("LRN, AveragePool", (op, o) -> export(op.lrn, o))
            .kernel(op -> call(op.lrn))
            .build();

    /** ONNX Runtime's LRN takes maps and odd sizes only; the mean of squares over channels is the same. */
    private static String export(Lrn lrn, OnnxBuilder o) {
        String x = o.input(0);
        Shape shape = o.node().shape();
        if (shape.rank() == 4 && lrn.size() % 2 == 1) {
            OnnxOp op = OnnxOp.of("LRN")
                    .with("size", lrn.size())
                    .with("alpha", lrn.alpha())
                    .with("beta", lrn.beta())
                    .with("bias", lrn.k());
            return o.add(op, x);
        }
        String lines = o.add(
                "Reshape", o.add("Mul", x, x), o.integers(0, 1, shape.dim(1).toInt(), -1));
        OnnxOp mean = OnnxOp.of("AveragePool")
                .withAll("kernel_shape", lrn.size(), 1)
                .withAll("pads", lrn.before(), 0, lrn.after(), 0)
                .with("count_include_pad", 1);
        String means = o.add("Reshape", o.add(mean, lines), o.add("Shape", x));
        String base = o.add("Add", o.add("Mul", means, o.number(lrn.alpha())), o.number(lrn.k()));
        return o.add("Div", x, o.add("Pow", base, o.number(lrn.beta())));
    }

    private static KernelCall call(Lrn lrn) {
        return KernelCall.of(Lrn.class, "lrn", lrn.size(), lrn.alpha(), lrn.beta(), lrn.k());
    }

    /** What is raised to the power. */
    private static Nd base(Lrn lrn, Nd x) {
        Lines lines = Lines.alongChannels(x.shape());
        Nd base = new Nd(x.shape());
        for (int line = 0; line < lines.size(); line++) {
            for (int c = 0; c < lines.count(); c++) {
                double squares = 0;
                for (int j = Math.max(0, c - lrn.before()); j <= Math.min(lines.count() - 1, c + lrn.after()); j++) {
                    squares += x.get(lines.at(line, j)) * x.get(lines.at(line, j));
                }
                base.set(lines.at(line, c), lrn.base(squares));
            }
        }
        return base;
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    /**
     * The gradient. Operands: the result's gradient and the input.
     *
     * @param lrn the normalization
     */
    record Grad(Lrn lrn) implements Op {
        static final OpSpec<Grad> SPEC = OpSpec.<Grad>of("lrn_grad", Category.INTERNAL)
                .doc("The gradient of `lrn`.")
                .operands("gradient", "x")
                .type((op, data) -> data.get(1))
                .noMacs()
                .field(op -> Field.POINT)
                .isGradient()
                .eval((op, in, context) -> op.eval(in.get(0), in.get(1)))
                .kernel(op -> KernelCall.of(LrnGrad.class, "lrnGrad", call(op.lrn)))
                .build();

        private Nd eval(Nd g, Nd x) {
            Nd base = base(lrn, x);
            Lines lines = Lines.alongChannels(x.shape());
            Nd dx = Nd.of(x.shape(), i -> g.get(i) * Math.pow(base.get(i), -lrn.beta()));
            double factor = 2 * lrn.alpha() * lrn.beta() / lrn.size();
            for (int line = 0; line < lines.size(); line++) {
                for (int c = 0; c < lines.count(); c++) {
                    int at = lines.at(line, c);
                    double share = factor * g.get(at) * x.get(at) * Math.pow(base.get(at), -lrn.beta() - 1);
                    for (int j = Math.max(0, c - lrn.before());
                            j <= Math.min(lines.count() - 1, c + lrn.after());
                            j++) {
                        dx.add(lines.at(line, j), -share * x.get(lines.at(line, j)));
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
