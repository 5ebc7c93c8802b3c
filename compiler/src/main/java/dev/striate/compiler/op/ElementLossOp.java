package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.ElementLoss;
import dev.striate.core.kernel.ElementLoss.Kind;
import dev.striate.core.kernel.ElementLossGrad;
import java.util.ArrayList;
import java.util.List;

/**
 * A loss, or metric, that compares element by element.
 *
 * @param spec which of the specifications below
 * @param loss how two elements are compared
 */
public record ElementLossOp(OpSpec<?> spec, ElementLoss loss) implements Op {
    private static final String WEIGHTS =
            " With `weights`, of the shape of y or repeated along axes of size 1, it is the"
                    + " weighted sum by the sum of the weights, 0 where that is 0; no gradient flows through them.";
    private static final String MEAN = ", averaged over all elements." + WEIGHTS;

    static final OpSpec<ElementLossOp> MSE =
            loss("mse", Category.LOSS, Kind.MSE, "The squared distance `(y - t)²`" + MEAN);
    static final OpSpec<ElementLossOp> L1 = loss("l1_loss", Category.LOSS, Kind.L1, "The distance `|y - t|`" + MEAN);
    static final OpSpec<ElementLossOp> MAE = loss("mae", Category.METRIC, Kind.L1, "The distance `|y - t|`" + MEAN);
    static final OpSpec<ElementLossOp> HINGE =
            loss("hinge", Category.LOSS, Kind.HINGE, "`max(0, 1 - t y)` of targets that are 1 or -1" + MEAN);
    static final OpSpec<ElementLossOp> PERCEPTRON = loss(
            "perceptron_loss", Category.LOSS, Kind.PERCEPTRON, "`max(0, -t y)` of targets that are 1 or -1" + MEAN);
    static final OpSpec<ElementLossOp> BINARY_CROSS_ENTROPY = loss(
            "binary_cross_entropy",
            Category.LOSS,
            Kind.BINARY_CROSS_ENTROPY,
            "`log(1 + exp(y)) - t y` of logits and probabilities" + MEAN);
    static final OpSpec<ElementLossOp> KL = loss(
            "kl_divergence",
            Category.LOSS,
            Kind.KL,
            "`sum t (log t - y)` of logarithms y of probabilities and probabilities t, averaged over the batch; a t of 0"
                    + " adds nothing." + WEIGHTS);

    static final OpSpec<ElementLossOp> SMOOTH_L1 = comparison("smooth_l1", Category.LOSS)
            .doc("`d² / (2 beta)` for distances d below `beta`, `d - beta / 2` above" + MEAN)
            .attrs(Attr.optional("beta", Attr.Kind.FLOAT, 1.0, "from which distance on it is linear"))
            .factory(a -> new ElementLossOp(a.spec(), ElementLoss.smoothL1(a.number("beta"))))
            .build();

    private static OpSpec<ElementLossOp> loss(String name, Category category, Kind kind, String doc) {
        return comparison(name, category)
                .doc(doc)
                .factory(a -> new ElementLossOp(a.spec(), ElementLoss.elementLoss(kind)))
                .build();
    }

    private static OpSpec.Builder<ElementLossOp> comparison(String name, Category category) {
        return OpSpec.<ElementLossOp>of(name, category)
                .operands("y", "target")
                .optionalOperands("weights")
                .type((op, data) -> op.type(data))
                .noMacs()
                .field(op -> Field.ALL)
                .gradient((op, g) -> {
                    List<Node> operands = new ArrayList<>(List.of(g.incoming()));
                    operands.addAll(g.node().inputs());
                    g.give(0, new Grad(op, false), operands.toArray(Node[]::new));
                    g.give(1, new Grad(op, true), operands.toArray(Node[]::new));
                })
                .eval((op, in, context) -> {
                    Nd y = in.get(0);
                    Nd weights = weights(in);
                    double sum = 0;
                    for (int i = 0; i < y.size(); i++) {
                        sum += weights.get(i) * op.loss.value(y.get(i), target(in.get(1), i));
                    }
                    return Nd.scalar(sum * op.scale(weights));
                })
                .noOnnx("losses and metrics are not exported")
                .kernel(op -> op.call());
    }

    private TensorType type(List<TensorType> data) {
        Shape y = Types.requireFloat(name(), 0, data.get(0));
        Shape t = Types.requireFloat(name(), 1, data.get(1));
        Types.requireNotNegative(name(), "beta", loss.beta());
        if (y.rank() == 0) {
            throw new ShapeError(Code.SHAPE, name() + " averages over a batch [N, …], not over a single number")
                    .remark(0, List.of(), "a single number comes from here")
                    .fix("give it values with a batch axis");
        }
        if (t.rank() != 0 && Types.differ(Types.withoutTrailingOnes(y), Types.withoutTrailingOnes(t))) {
            throw Types.different(name(), data);
        }
        if (data.size() == 3) {
            requireWeights(y, Types.requireFloat(name(), 2, data.get(2)));
        }
        return TensorType.f32(Shape.SCALAR);
    }

    private void requireWeights(Shape y, Shape written) {
        Shape weights = Types.withoutTrailingOnes(written);
        boolean fits = weights.rank() <= y.rank();
        for (int axis = 0; fits && axis < weights.rank(); axis++) {
            fits = weights.dim(axis).is(1) || !weights.dim(axis).differs(y.dim(axis));
        }
        if (!fits) {
            throw new ShapeError(
                            Code.BROADCAST,
                            name() + " weighs elements of " + y + " by weights of the same shape, or of size 1 along"
                                    + " some axes, not by " + written)
                    .remark(0, List.of(), y + " comes from here")
                    .remark(2, List.of(), written + " comes from here")
                    .fix("make the weights " + y + ", or 1 along the axes that they repeat on");
        }
    }

    /** The weight of every element of the first operand, from the operands of the loss. */
    private static Nd weights(List<Nd> in) {
        Sizes y = in.get(0).shape();
        if (in.size() < 3) {
            return Nd.of(y, i -> 1);
        }
        Nd weights = in.get(2);
        return weights.reshaped(ElementLoss.weights(weights.shape(), y)).repeated(y);
    }

    /** What makes a mean of a weighted sum; 0 where nothing counts. */
    private double scale(Nd weights) {
        double sum = 0;
        for (int i = 0; i < weights.size(); i++) {
            sum += weights.get(i);
        }
        return sum == 0 ? 0 : weights.size() / sum / loss.divisor(weights.shape());
    }

    private KernelCall call() {
        return loss.kind() == Kind.SMOOTH_L1
                ? KernelCall.of(ElementLoss.class, "smoothL1", loss.beta())
                : KernelCall.of(ElementLoss.class, "elementLoss", loss.kind());
    }

    /** The target of an element; the same for all where it is a single number. */
    private static double target(Nd t, int index) {
        return t.get(t.shape().rank() == 0 ? 0 : index);
    }

    /**
     * The gradient by the first operand, or by the target. Operands: the loss's gradient (a scalar), the two values, and
     * the weights, where there are any.
     *
     * @param op the loss
     * @param ofTarget whether by the target
     */
    record Grad(ElementLossOp op, boolean ofTarget) implements Op {
        static final OpSpec<Grad> SPEC = OpSpec.<Grad>of("element_loss_grad", Category.INTERNAL)
                .doc("The gradient of a loss that compares element by element.")
                .operands("gradient", "y", "target")
                .optionalOperands("weights")
                .type((op, data) -> data.get(op.ofTarget ? 2 : 1))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> {
                    Nd y = in.get(1);
                    Nd t = in.get(2);
                    Nd weights = weights(in.subList(1, in.size()));
                    double scale = in.get(0).get(0) * op.op.scale(weights);
                    Nd gradient = new Nd(op.ofTarget ? t.shape() : y.shape());
                    for (int i = 0; i < y.size(); i++) {
                        double slope = weights.get(i) * op.op.loss.slope(y.get(i), target(t, i), op.ofTarget);
                        gradient.add(gradient.size() == 1 ? 0 : i, slope);
                    }
                    return Nd.of(gradient.shape(), i -> scale * gradient.get(i));
                })
                .kernel(op -> KernelCall.of(ElementLossGrad.class, "elementLossGrad", op.op.call())
                        .with(op.ofTarget, "byTarget"))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
