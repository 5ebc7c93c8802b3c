package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.TopK;
import java.util.List;

/**
 * The share of samples whose label is among the k largest scores.
 *
 * @param k how many of the largest count
 * @param spec {@code top1} or {@code topk}
 */
public record TopKOp(int k, OpSpec<?> spec) implements Op {
    static final OpSpec<TopKOp> TOP1 = accuracy("top1")
            .doc("The share of samples whose label has the largest score: the accuracy.")
            .factory(a -> new TopKOp(1, a.spec()))
            .build();

    static final OpSpec<TopKOp> TOPK = accuracy("topk")
            .doc("The share of samples whose label is among the `k` largest scores.")
            .attrs(Attr.required("k", Attr.Kind.POSITIVE_INT, "how many of the largest count"))
            .factory(a -> new TopKOp(a.integer("k"), a.spec()))
            .build();

    private static OpSpec.Builder<TopKOp> accuracy(String name) {
        return OpSpec.<TopKOp>of(name, Category.METRIC)
                .operands("scores", "label")
                .type((op, data) -> op.type(data))
                .noMacs()
                .field(op -> Field.ALL)
                .notDifferentiable("it counts, so its slope is 0 wherever there is one")
                .eval((op, in, context) -> op.eval(in.get(0), in.get(1)))
                .noOnnx("losses and metrics are not exported")
                .kernel(op -> KernelCall.of(TopK.class, "topK", op.k));
    }

    private TensorType type(List<TensorType> data) {
        Types.requireScores(name(), data);
        Shape scores = data.get(0).shape();
        if (scores.dim(1).asLong().filter(classes -> classes < k).isPresent()) {
            throw new ShapeError(
                            Code.CLASSES, "topk with k=" + k + " asks for more than the " + scores.dim(1) + " classes")
                    .remark(0, List.of(1), scores.dim(1) + " scores come from here")
                    .fix("choose k below " + scores.dim(1) + ", where it tells something");
        }
        return TensorType.f32(Shape.SCALAR);
    }

    private Nd eval(Nd scores, Nd labels) {
        int right = 0;
        int classes = scores.dim(1);
        for (int n = 0; n < scores.dim(0); n++) {
            int label = (int) labels.get(n);
            double own = scores.get(n * classes + label);
            int better = Double.isNaN(own) ? k : 0;
            for (int c = 0; c < classes; c++) {
                double other = scores.get(n * classes + c);
                better += other > own || (other == own && c < label) ? 1 : 0;
            }
            right += better < k ? 1 : 0;
        }
        return Nd.scalar((double) right / scores.dim(0));
    }
}
