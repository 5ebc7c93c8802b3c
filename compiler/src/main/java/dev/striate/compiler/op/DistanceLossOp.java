package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.DistanceLoss;
import dev.striate.core.kernel.DistanceLossGrad;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * A loss of distances between values.
 *
 * @param spec {@code contrastive} or {@code triplet}
 * @param loss which distances are compared
 */
public record DistanceLossOp(OpSpec<?> spec, DistanceLoss loss) implements Op {
    static final OpSpec<DistanceLossOp> CONTRASTIVE = loss("contrastive", DistanceLoss::contrastive, "a", "b", "same")
            .doc(
                    "`s u² / 2 + (1 - s) max(0, margin - u)² / 2` of the distance `u = ‖a - b‖` of two values `[N, …]` and s"
                            + " `[N]`, which is 1 where they are of the same kind and 0 where not, averaged over the batch.")
            .build();

    static final OpSpec<DistanceLossOp> TRIPLET = loss(
                    "triplet", DistanceLoss::triplet, "anchor", "positive", "negative")
            .doc("`max(0, ‖anchor - positive‖ - ‖anchor - negative‖ + margin)` of three values `[N, …]`, averaged"
                    + " over the batch.")
            .build();

    private static OpSpec.Builder<DistanceLossOp> loss(
            String name, DoubleFunction<DistanceLoss> make, String... operands) {
        return OpSpec.<DistanceLossOp>of(name, Category.LOSS)
                .operands(operands)
                .attrs(Attr.optional("margin", Attr.Kind.FLOAT, 1.0, "how far apart what differs shall be"))
                .factory(a -> new DistanceLossOp(a.spec(), make.apply(a.number("margin"))))
                .type((op, data) -> op.type(data))
                .noMacs()
                .field(op -> Field.ALL)
                .gradient((op, g) -> {
                    for (int i = 0; i < 3; i++) {
                        g.give(
                                i,
                                new Grad(new DistanceLossGrad(op.loss, i)),
                                g.incoming(),
                                g.node().input(0),
                                g.node().input(1),
                                g.node().input(2));
                    }
                })
                .eval((op, in, context) -> {
                    int batch = in.get(0).dim(0);
                    double sum = 0;
                    for (int n = 0; n < batch; n++) {
                        sum += op.loss.value(distance(in.get(0), in.get(1), n), third(op.loss, in, n));
                    }
                    return Nd.scalar(sum / batch);
                })
                .noOnnx("losses and metrics are not exported")
                .kernel(op -> call(op.loss));
    }

    private TensorType type(List<TensorType> data) {
        Types.requireNotNegative(name(), "margin", loss.margin());
        Shape x = Types.requireSame(name(), data.subList(0, 2));
        if (x.rank() == 0) {
            throw new ShapeError(Code.SHAPE, name() + " averages over a batch [N, …], not over a single number")
                    .remark(0, List.of(), "a single number comes from here")
                    .fix("give it values with a batch axis");
        }
        if (loss.comparesThird()) {
            if (Types.differ(x, Types.requireFloat(name(), 2, data.get(2)))) {
                throw Broadcasting.different(name(), data, 2);
            }
            return TensorType.f32(Shape.SCALAR);
        }
        Shape same = Types.withoutTrailingOnes(Types.requireFloat(name(), 2, data.get(2)));
        if (same.rank() != 1 || same.dim(0).differs(x.dim(0))) {
            throw new ShapeError(
                            Code.SHAPE,
                            name() + " takes one number for each sample, [N], not "
                                    + data.get(2).shape())
                    .remark(2, List.of(), data.get(2).shape() + " comes from here")
                    .fix("declare the label as f32[N]: 1 for the same, 0 for different");
        }
        return TensorType.f32(Shape.SCALAR);
    }

    private static KernelCall call(DistanceLoss loss) {
        return KernelCall.of(DistanceLoss.class, loss.comparesThird() ? "triplet" : "contrastive", loss.margin());
    }

    private static double distance(Nd a, Nd b, int n) {
        int size = a.shape().elementsFrom(1);
        double sum = 0;
        for (int i = n * size; i < (n + 1) * size; i++) {
            sum += (a.get(i) - b.get(i)) * (a.get(i) - b.get(i));
        }
        return Math.sqrt(sum);
    }

    /** A sample's third number, or the distance of its third value from the first. */
    private static double third(DistanceLoss loss, List<Nd> in, int n) {
        return loss.comparesThird()
                ? distance(in.get(0), in.get(2), n)
                : in.get(2).get(n);
    }

    /**
     * The gradient by one operand. Operands: the loss's gradient (a scalar), the loss's three.
     *
     * @param kernel by which
     */
    record Grad(DistanceLossGrad kernel) implements Op {
        static final OpSpec<Grad> SPEC = OpSpec.<Grad>of("distance_loss_grad", Category.INTERNAL)
                .doc("The gradient of a loss of distances between values.")
                .operands("gradient", "first", "second", "third")
                .type((op, data) -> data.get(1 + op.kernel.operand()))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> op.eval(in.get(0).get(0), in.subList(1, 4)))
                .kernel(op -> KernelCall.of(
                        DistanceLossGrad.class, "distanceLossGrad", call(op.kernel.loss()), op.kernel.operand()))
                .build();

        private Nd eval(double incoming, List<Nd> in) {
            Nd a = in.get(0);
            int size = a.shape().elementsFrom(1);
            double scale = incoming / a.dim(0);
            Nd gradient = new Nd(in.get(kernel.operand()).shape());
            for (int n = 0; n < a.dim(0); n++) {
                double u = distance(a, in.get(1), n);
                double v = third(kernel.loss(), in, n);
                for (int i = n * size; i < (n + 1) * size && !kernel.ofNumber(); i++) {
                    double along = kernel.first(u, v) * (a.get(i) - in.get(1).get(i));
                    double other = kernel.loss().comparesThird()
                            ? kernel.third(u, v) * (a.get(i) - in.get(2).get(i))
                            : 0;
                    gradient.set(i, scale * (along + other));
                }
                if (kernel.ofNumber()) {
                    gradient.set(n, scale * kernel.loss().thirdSlope(u, v));
                }
            }
            return gradient;
        }

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
