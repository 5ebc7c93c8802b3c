package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Fill;
import java.util.Map;

/**
 * A value of which every element is the same.
 *
 * @param spec which of the specifications below
 * @param value the element
 * @param shape the shape
 */
public record FillOp(OpSpec<?> spec, double value, Shape shape) implements Op {
    private static final Attr SHAPE = Attr.required("shape", Attr.Kind.SHAPE, "the shape");

    static final OpSpec<FillOp> SPEC = fill("fill", Category.INTERNAL)
            .doc("A value of which every element is the same.")
            .build();

    static final OpSpec<FillOp> SEED = fill("seed", Category.INTERNAL)
            .doc("A value of which every element is the same, and which gradients begin with.")
            .build();

    static final OpSpec<FillOp> ZEROS = fill("zeros", Category.LAYER)
            .doc("Zeros, without an operand: `zeros([N, 32, x.H, x.W])`.")
            .attrs(SHAPE)
            .factory(a -> new FillOp(a.spec(), 0, a.shape("shape")))
            .build();

    static final OpSpec<FillOp> ONES = fill("ones", Category.LAYER)
            .doc("Ones, without an operand: `ones([N, 1])`.")
            .attrs(SHAPE)
            .factory(a -> new FillOp(a.spec(), 1, a.shape("shape")))
            .build();

    /** A value of which every element is {@code value}. */
    public FillOp(double value, Shape shape) {
        this(SPEC, value, shape);
    }

    /** The gradient of an objective by itself, or what follows from that and from constants. */
    public static FillOp seed(double value, Shape shape) {
        return new FillOp(SEED, value, shape);
    }

    /** Whether gradients begin with it; see {@link Fill#isSeed}. */
    public boolean isSeed() {
        return spec == SEED;
    }

    private static OpSpec.Builder<FillOp> fill(String name, Category category) {
        return OpSpec.<FillOp>of(name, category)
                .operands()
                .type((op, data) -> TensorType.f32(op.shape))
                .noMacs()
                .field(op -> Field.POINT)
                .notDifferentiable("it depends on nothing")
                .eval((op, in, context) -> Nd.of(context.sizes(op.shape), i -> op.value))
                .onnx("Expand", (op, o) -> o.add("Expand", o.number(op.value), o.sizes(op.shape.dims())))
                .kernel(op -> KernelCall.of(Fill.class, op.isSeed() ? "seed" : "fill", op.value, op.shape));
    }

    @Override
    public Op at(Map<String, Long> sizes) {
        return new FillOp(spec, value, shape.with(sizes));
    }

    @Override
    public String toString() {
        return name() + "(" + value + ", " + shape + ")";
    }
}
