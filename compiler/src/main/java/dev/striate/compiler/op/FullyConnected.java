package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.FcGradInput;
import dev.striate.core.kernel.FcGradWeight;
import java.util.List;

/**
 * A fully connected layer and its gradients.
 *
 * @param units the number of outputs
 * @param bias whether a bias is added
 * @param init first values of the weight
 */
public record FullyConnected(int units, boolean bias, Init init) implements Op {
    static final OpSpec<FullyConnected> SPEC = OpSpec.<FullyConnected>of("fc", Category.LAYER)
            .doc("Connects every input with every output: `[N, C]` gives `[N, units]`, `y = x W^T + b`.")
            .operands("x")
            .anchor()
            .attrs(
                    Attr.required("units", Attr.Kind.POSITIVE_INT, "the number of outputs"),
                    Attr.optional("bias", Attr.Kind.BOOL, true, "whether a number per output is added"),
                    Attr.optional("init", Attr.Kind.INIT, Init.heUniform(), "first values of the weight"))
            .factory(a -> new FullyConnected(a.integer("units"), a.bool("bias"), a.init("init")))
            .type(FullyConnected::type)
            .params(FullyConnected::params)
            .macs((op, data, result) ->
                    result.shape().elements().times(data.get(0).shape().dim(1)))
            .field(op -> Field.ALL)
            .gradient(FullyConnected::gradient)
            .eval((op, in, context) -> op.eval(in))
            .onnx(
                    "Gemm",
                    (op, o) -> o.add(
                            OnnxOp.of("Gemm").with("transB", 1), o.inputs().toArray(String[]::new)))
            .kernel(op -> KernelCall.of(Fc.class, "fc", op.units)
                    .with(!op.bias, "withoutBias")
                    .with(!op.init.equals(Init.heUniform()), "init", op.init))
            .build();

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    private TensorType type(List<TensorType> data) {
        Shape x = Types.requireFloat("fc", 0, data.get(0));
        if (x.rank() != 2) {
            throw new ShapeError(Code.SHAPE, "fc takes [N, C], not " + x)
                    .remark(0, List.of(), x + " comes from here")
                    .fix(x.rank() > 2 ? "write flatten -> fc(" + units + ")" : "declare the input as f32[N, C]");
        }
        Windows.fixedChannels("fc", x);
        return TensorType.f32(Shape.of(x.dim(0), Dim.of(units)));
    }

    private List<ParamSpec> params(List<TensorType> data) {
        ParamSpec weight = new ParamSpec(
                "weight", Sizes.of(units, data.get(0).shape().dim(1).toInt()), init);
        return bias ? List.of(weight, new ParamSpec("bias", Sizes.of(units), Init.zeros())) : List.of(weight);
    }

    private static void gradient(FullyConnected op, Gradients g) {
        Node x = g.node().input(0);
        g.give(0, new GradInput(), g.incoming(), g.node().input(1));
        g.give(1, new GradWeight(), g.incoming(), x);
        if (op.bias) {
            g.give(2, new ChannelSumOp(), g.incoming());
        }
    }

    private Nd eval(List<Nd> in) {
        Nd x = in.get(0);
        Nd weight = in.get(1);
        int c = x.dim(1);
        return Nd.of(Sizes.of(x.dim(0), units), i -> {
            double sum = bias ? in.get(2).get(i % units) : 0;
            for (int k = 0; k < c; k++) {
                sum += x.get(i / units * c + k) * weight.get(i % units * c + k);
            }
            return sum;
        });
    }

    /** The gradient by the input. Operands: the result's gradient {@code [N, U]} and the weight {@code [U, C]}. */
    record GradInput() implements Op {
        static final OpSpec<GradInput> SPEC = OpSpec.<GradInput>of("fc_grad_input", Category.INTERNAL)
                .doc("The gradient of `fc` by its input.")
                .operands("gradient", "weight")
                .type((op, data) -> TensorType.f32(
                        Shape.of(data.get(0).shape().dim(0), data.get(1).shape().dim(1))))
                .macs((op, data, result) ->
                        data.get(0).shape().elements().times(result.shape().dim(1)))
                .field(op -> Field.ALL)
                .anchor()
                .isGradient()
                .eval((op, in, context) -> {
                    int units = in.get(1).dim(0);
                    int c = in.get(1).dim(1);
                    return Nd.of(Sizes.of(in.get(0).dim(0), c), i -> {
                        double sum = 0;
                        for (int u = 0; u < units; u++) {
                            sum += in.get(0).get(i / c * units + u) * in.get(1).get(u * c + i % c);
                        }
                        return sum;
                    });
                })
                .kernel(op -> KernelCall.of(FcGradInput.class, "fcGradInput"))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }

    /** The gradient by the weight. Operands: the result's gradient {@code [N, U]} and the input {@code [N, C]}. */
    record GradWeight() implements Op {
        static final OpSpec<GradWeight> SPEC = OpSpec.<GradWeight>of("fc_grad_weight", Category.INTERNAL)
                .doc("The gradient of `fc` by its weight.")
                .operands("gradient", "x")
                .type((op, data) -> TensorType.f32(
                        Shape.of(data.get(0).shape().dim(1), data.get(1).shape().dim(1))))
                .macs((op, data, result) ->
                        data.get(0).shape().elements().times(data.get(1).shape().dim(1)))
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> {
                    int units = in.get(0).dim(1);
                    int c = in.get(1).dim(1);
                    return Nd.of(Sizes.of(units, c), i -> {
                        double sum = 0;
                        for (int n = 0; n < in.get(0).dim(0); n++) {
                            sum += in.get(0).get(n * units + i / c) * in.get(1).get(n * c + i % c);
                        }
                        return sum;
                    });
                })
                .kernel(op -> KernelCall.of(FcGradWeight.class, "fcGradWeight"))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
