package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Quadratic;
import dev.striate.core.kernel.QuadraticGrad;
import java.util.List;

/** Half the squared distance of two values, averaged over the batch. */
public record QuadraticOp() implements Op {
    static final OpSpec<QuadraticOp> SPEC = OpSpec.<QuadraticOp>of("quadratic", Category.LOSS)
            .doc("Half the squared distance `½‖y - t‖²` of two values `[N, …]`, averaged over the batch.")
            .operands("y", "target")
            .factory(a -> new QuadraticOp())
            .type((op, data) -> {
                Shape shape = Types.requireSame("quadratic", data);
                if (shape.rank() == 0) {
                    throw new ShapeError(Code.SHAPE, "quadratic averages over a batch [N, …], not over a single number")
                            .remark(0, List.of(), "a single number comes from here")
                            .fix("give it values with a batch axis");
                }
                return TensorType.f32(Shape.SCALAR);
            })
            .noMacs()
            .field(op -> Field.ALL)
            .gradient((op, g) -> {
                Node y = g.node().input(0);
                Node t = g.node().input(1);
                g.give(0, new Grad(), g.incoming(), y, t);
                g.give(1, new Grad(), g.incoming(), t, y);
            })
            .eval((op, in, context) -> {
                double sum = 0;
                for (int i = 0; i < in.get(0).size(); i++) {
                    double d = in.get(0).get(i) - in.get(1).get(i);
                    sum += d * d / 2;
                }
                return Nd.scalar(sum / in.get(0).dim(0));
            })
            .noOnnx("losses and metrics are not exported")
            .kernel(op -> KernelCall.of(Quadratic.class, "quadratic"))
            .build();

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    /** The gradient by the first operand. Operands: the loss's gradient (a scalar), the two values. */
    record Grad() implements Op {
        static final OpSpec<Grad> SPEC = OpSpec.<Grad>of("quadratic_grad", Category.INTERNAL)
                .doc("The gradient of `quadratic`: `g * (y - t) / N`.")
                .operands("gradient", "y", "target")
                .type((op, data) -> data.get(1))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> {
                    Nd y = in.get(1);
                    return Nd.of(
                            y.shape(),
                            i -> in.get(0).get(0) * (y.get(i) - in.get(2).get(i)) / y.dim(0));
                })
                .kernel(op -> KernelCall.of(QuadraticGrad.class, "quadraticGrad"))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
