package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Expand;
import dev.striate.core.kernel.Reduce;
import dev.striate.core.kernel.ReduceMaxGrad;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The sum, mean or largest element along axes, which the result loses.
 *
 * @param spec which of the specifications below
 * @param axes the axes
 */
public record ReduceOp(OpSpec<?> spec, List<Axis> axes) implements Op {
    /** The axes along which every place has a field of its own. */
    private static final Set<String> NOT_SPATIAL = Set.of("N", "C", "0", "1");

    static final OpSpec<ReduceOp> SUM = reduction("sum", Category.LAYER, "ReduceSum")
            .doc("The sum along an axis or several, which the result loses: `sum(axis=[H, W])` makes `[N, C]` of"
                    + " `[N, C, H, W]`.")
            .attrs(Attr.required("axis", Attr.Kind.AXES, "the axes that are lost"))
            .factory(a -> new ReduceOp(a.spec(), a.axes("axis")))
            .gradient((op, g) -> op.spread(g, false))
            .build();

    static final OpSpec<ReduceOp> MEAN = reduction("reduce_mean", Category.INTERNAL, "ReduceMean")
            .doc("The mean along axes, which the result loses.")
            .gradient((op, g) -> op.spread(g, true))
            .build();

    static final OpSpec<ReduceOp> MAX = reduction("reduce_max", Category.INTERNAL, "ReduceMax")
            .doc("The largest element along axes, which the result loses; the first of equals passes the gradient on.")
            .gradient(
                    (op, g) -> g.give(0, new GradMax(op), g.incoming(), g.node().input(0)))
            .build();

    /** The sum along axes given by their numbers. */
    static ReduceOp sum(List<Integer> axes) {
        return new ReduceOp(SUM, axes.stream().map(Axis::of).toList());
    }

    /** The mean along axes. */
    static ReduceOp mean(List<Axis> axes) {
        return new ReduceOp(MEAN, axes);
    }

    /** The largest element along axes. */
    static ReduceOp max(List<Axis> axes) {
        return new ReduceOp(MAX, axes);
    }

    private static OpSpec.Builder<ReduceOp> reduction(String name, Category category, String onnx) {
        return OpSpec.<ReduceOp>of(name, category)
                .operands("x")
                .type((op, data) -> TensorType.f32(op.without(Types.requireFloat(op.spoken(), 0, data.get(0)))))
                .noMacs()
                .field(op ->
                        op.axes.stream().allMatch(a -> NOT_SPATIAL.contains(a.written())) ? Field.POINT : Field.ALL)
                .eval((op, in, context) -> op.eval(in.get(0)))
                .onnx(onnx, (op, o) -> {
                    List<Integer> axes = op.numbers(o.node().input(0).shape());
                    return o.add(
                            OnnxOp.of(onnx).with("keepdims", 0),
                            o.input(0),
                            o.integers(axes.stream().mapToInt(a -> a).toArray()));
                })
                .kernel((op, node) -> op.call(node.input(0).shape()));
    }

    /** The name in the language, where the reductions share it with merges. */
    private String spoken() {
        return name().replace("reduce_", "");
    }

    private List<Integer> numbers(Shape x) {
        List<Integer> numbers =
                axes.stream().map(a -> a.of(spoken(), x)).distinct().sorted().toList();
        if (numbers.size() < axes.size()) {
            throw new ShapeError(Code.AXIS, spoken() + " names an axis twice in " + axes)
                    .remark(0, List.of(), x + " comes from here")
                    .fix("name each axis once");
        }
        return numbers;
    }

    private Shape without(Shape x) {
        List<Integer> lost = numbers(x);
        List<Dim> kept = new ArrayList<>();
        for (int axis = 0; axis < x.rank(); axis++) {
            if (!lost.contains(axis)) {
                kept.add(x.dim(axis));
            }
        }
        return new Shape(kept);
    }

    /** The shape of {@code x} with ones for what is lost. */
    private Shape withOnes(Shape x) {
        List<Dim> dims = new ArrayList<>(x.dims());
        numbers(x).forEach(axis -> dims.set(axis, Dim.of(1)));
        return new Shape(dims);
    }

    private Reduce kernel(Shape x) {
        Reduce.Kind kind = spec == SUM ? Reduce.Kind.SUM : spec == MEAN ? Reduce.Kind.MEAN : Reduce.Kind.MAX;
        return new Reduce(kind, numbers(x));
    }

    private KernelCall call(Shape x) {
        String factory = spec == SUM ? "reduceSum" : spec == MEAN ? "reduceMean" : "reduceMax";
        return KernelCall.of(Reduce.class, factory, numbers(x).toArray());
    }

    private void spread(Gradients g, boolean mean) {
        if (g.wants(0)) {
            Shape x = g.node().input(0).shape();
            Node ones = g.emit(0, new ReshapeOp(withOnes(x)), g.incoming());
            g.to(0, g.emit(0, new ExpandOp(x, mean), ones));
        }
    }

    private Nd eval(Nd x) {
        Reduce reduce = kernel(Windows.shape(x.shape()));
        int[] kept = reduce.kept(x.shape()).places();
        int[] lost = reduce.lost(x.shape()).places();
        Sizes shape = reduce.output(List.of(x.shape()));
        return Nd.of(shape, i -> {
            double sum = 0;
            double max = Double.NEGATIVE_INFINITY;
            for (int place : lost) {
                sum += x.get(kept[i] + place);
                max = Math.max(max, x.get(kept[i] + place));
            }
            return spec == MAX ? max : spec == SUM ? sum : sum / lost.length;
        });
    }

    @Override
    public String toString() {
        return name() + axes;
    }

    /**
     * The gradient of the largest element. Operands: the result's gradient and the input.
     *
     * @param of the reduction
     */
    record GradMax(ReduceOp of) implements Op {
        static final OpSpec<GradMax> SPEC = OpSpec.<GradMax>of("reduce_max_grad", Category.INTERNAL)
                .doc("The gradient of `max` along axes.")
                .operands("gradient", "x")
                .type((op, data) -> data.get(1))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> op.eval(in.get(0), in.get(1)))
                .kernel((op, node) -> KernelCall.of(
                        ReduceMaxGrad.class,
                        "reduceMaxGrad",
                        op.of.call(node.input(1).shape())))
                .build();

        private Nd eval(Nd gradient, Nd x) {
            Reduce reduce = of.kernel(Windows.shape(x.shape()));
            int[] kept = reduce.kept(x.shape()).places();
            int[] lost = reduce.lost(x.shape()).places();
            Nd dx = new Nd(x.shape());
            for (int i = 0; i < kept.length; i++) {
                int best = kept[i] + lost[0];
                for (int place : lost) {
                    best = Double.compare(x.get(kept[i] + place), x.get(best)) > 0 ? kept[i] + place : best;
                }
                dx.set(best, gradient.get(i));
            }
            return dx;
        }

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }

    /**
     * Repeats elements to a shape that the operand meets from the left.
     *
     * @param shape the shape
     * @param mean whether each element is divided by how often it is repeated
     */
    record ExpandOp(Shape shape, boolean mean) implements Op {
        static final OpSpec<ExpandOp> SPEC = OpSpec.<ExpandOp>of("expand", Category.INTERNAL)
                .doc("Repeats elements to a shape.")
                .operands("x")
                .type((op, data) -> TensorType.f32(op.shape))
                .noMacs()
                .field(op -> Field.POINT)
                .isGradient()
                .eval((op, in, context) -> {
                    Nd whole = in.get(0).repeated(context.sizes(op.shape));
                    int divisor = op.mean ? whole.size() / in.get(0).size() : 1;
                    return Nd.of(whole.shape(), i -> whole.get(i) / divisor);
                })
                .kernel(op -> KernelCall.of(Expand.class, "expand", op.shape).with(op.mean, "shared"))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
