package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.GaussianNoise;

/**
 * Adds normal noise, in training.
 *
 * @param sigma the standard deviation
 */
public record GaussianNoiseOp(double sigma) implements Op {
    static final OpSpec<GaussianNoiseOp> SPEC = OpSpec.<GaussianNoiseOp>of("gaussian_noise", Category.TRAINING_LAYER)
            .doc("Adds normal noise of standard deviation `sigma`, in training only.")
            .operands("x")
            .elementwise()
            .random()
            .attrs(Attr.required("sigma", Attr.Kind.FLOAT, "the standard deviation"))
            .factory(a -> new GaussianNoiseOp(a.number("sigma")))
            .type((op, data) -> {
                Types.requireNotNegative("gaussian_noise", "sigma", op.sigma);
                return TensorType.f32(Types.requireFloat("gaussian_noise", 0, data.get(0)));
            })
            .noMacs()
            .field(op -> Field.POINT)
            .gradient((op, g) -> g.to(0, g.wants(0) ? g.incoming() : null))
            .eval((op, in, context) -> {
                GaussianNoise kernel = new GaussianNoise(op.sigma, context.path());
                long stream = kernel.stream();
                Nd x = in.get(0);
                return Nd.of(x.shape(), i -> x.get(i) + kernel.noise(stream, context.seed(), context.step(), i));
            })
            .noOnnx("it is in force in training only")
            .kernel((op, node) -> KernelCall.of(GaussianNoise.class, "gaussianNoise", op.sigma, node.path()))
            .build();

    @Override
    public boolean isIdentity(Node node) {
        return sigma == 0;
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
