package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.L2Normalize;
import dev.striate.core.kernel.L2NormalizeGrad;
import dev.striate.core.kernel.Lines;

/**
 * Division by the norm of the channels at each place.
 *
 * @param eps the least number that is divided by
 */
public record L2NormalizeOp(double eps) implements Op {
    static final OpSpec<L2NormalizeOp> SPEC = OpSpec.<L2NormalizeOp>of("l2_normalize", Category.LAYER)
            .doc("`x / max(‖x‖, eps)` by the norm of the channels at each place of `[N, C, …]`.")
            .operands("x")
            .attrs(Attr.optional("eps", Attr.Kind.FLOAT, 1e-12, "the least number that is divided by"))
            .factory(a -> new L2NormalizeOp(a.number("eps")))
            .type((op, data) -> {
                Types.requireChannels("l2_normalize", data.get(0));
                Types.requireNotNegative("l2_normalize", "eps", op.eps);
                return data.get(0);
            })
            .noMacs()
            .field(op -> Field.POINT)
            .gradient((op, g) ->
                    g.give(0, new Grad(op.eps), g.incoming(), g.node().input(0)))
            .eval((op, in, context) -> {
                Nd x = in.get(0);
                Lines lines = Lines.alongChannels(x.shape());
                Nd y = new Nd(x.shape());
                for (int line = 0; line < lines.size(); line++) {
                    double divisor = Math.max(norm(x, lines, line), op.eps);
                    for (int i = 0; i < lines.count(); i++) {
                        y.set(lines.at(line, i), x.get(lines.at(line, i)) / divisor);
                    }
                }
                return y;
            })
            .onnx("ReduceL2, Div", (op, o) -> {
                String norm = o.add("ReduceL2", o.input(0), o.integers(1));
                return o.add("Div", o.input(0), o.add("Max", norm, o.number(op.eps)));
            })
            .kernel(op -> KernelCall.of(L2Normalize.class, "l2Normalize", op.eps))
            .build();

    private static double norm(Nd x, Lines lines, int line) {
        double squares = 0;
        for (int i = 0; i < lines.count(); i++) {
            squares += x.get(lines.at(line, i)) * x.get(lines.at(line, i));
        }
        return Math.sqrt(squares);
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    /**
     * The gradient. Operands: the result's gradient and the input.
     *
     * @param eps the least number that is divided by
     */
    record Grad(double eps) implements Op {
        static final OpSpec<Grad> SPEC = OpSpec.<Grad>of("l2_normalize_grad", Category.INTERNAL)
                .doc("The gradient of `l2_normalize`: `(g - y * sum(g * y)) / ‖x‖`, or `g / eps` below `eps`.")
                .operands("gradient", "x")
                .type((op, data) -> data.get(1))
                .noMacs()
                .field(op -> Field.POINT)
                .isGradient()
                .eval((op, in, context) -> {
                    Nd g = in.get(0);
                    Nd x = in.get(1);
                    Lines lines = Lines.alongChannels(x.shape());
                    Nd dx = new Nd(x.shape());
                    for (int line = 0; line < lines.size(); line++) {
                        double norm = norm(x, lines, line);
                        double dot = 0;
                        for (int i = 0; i < lines.count(); i++) {
                            dot += g.get(lines.at(line, i)) * x.get(lines.at(line, i));
                        }
                        double along = norm < op.eps ? 0 : dot / (norm * norm);
                        for (int i = 0; i < lines.count(); i++) {
                            int at = lines.at(line, i);
                            dx.set(at, (g.get(at) - x.get(at) * along) / Math.max(norm, op.eps));
                        }
                    }
                    return dx;
                })
                .kernel(op -> KernelCall.of(L2NormalizeGrad.class, "l2NormalizeGrad", op.eps))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
