package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.Lines;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradInput;
import dev.striate.core.kernel.NormGradWeight;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Normalization of each sample by itself, and its gradients.
 *
 * @param spec which of the specifications below
 * @param norm what is normalized together
 * @param call how generated code builds it
 * @param axes the axes that were given; none where they follow from the specification
 */
public record NormOp(OpSpec<?> spec, Norm norm, KernelCall call, List<Axis> axes) implements Op {
    private static final Attr EPS = Attr.optional("eps", Attr.Kind.FLOAT, 1e-5, "added to the variance");

    static final OpSpec<NormOp> LAYER = norm("layer_norm", "LayerNormalization, InstanceNormalization", NormOp::layer)
            .doc(
                    "`(x - mean) / sqrt(variance + eps) * weight + bias` by the mean and the biased variance of the channels"
                            + " at each place of `[N, C, …]`; with `axis=[C, H, W]`, of all of a sample. Weight and bias have a"
                            + " number for each channel either way.")
            .attrs(Attr.optional("axis", Attr.Kind.AXES, List.of(Axis.C), "C, or all axes but N"), EPS)
            .build();

    static final OpSpec<NormOp> INSTANCE = norm(
                    "instance_norm",
                    "InstanceNormalization",
                    a -> new NormOp(
                            a.spec(),
                            Norm.instanceNorm(a.number("eps")),
                            KernelCall.of(Norm.class, "instanceNorm", a.number("eps")),
                            List.of()))
            .doc("The same by the mean and the biased variance of each channel of each sample of `[N, C, …]`.")
            .attrs(EPS)
            .build();

    static final OpSpec<NormOp> GROUP = norm(
                    "group_norm",
                    "InstanceNormalization",
                    a -> new NormOp(
                            a.spec(),
                            Norm.groupNorm(a.integer("groups"), a.number("eps")),
                            KernelCall.of(Norm.class, "groupNorm", a.integer("groups"), a.number("eps")),
                            List.of()))
            .doc("The same by the mean and the biased variance of groups of neighbouring channels of each sample.")
            .attrs(
                    Attr.required("groups", Attr.Kind.POSITIVE_INT, "the number of groups, which divides the channels"),
                    EPS)
            .build();

    private static NormOp layer(Args a) {
        double eps = a.number("eps");
        List<Axis> axes = a.axes("axis");
        return axes.size() == 1
                ? new NormOp(a.spec(), Norm.layerNorm(eps), KernelCall.of(Norm.class, "layerNorm", eps), axes)
                : new NormOp(a.spec(), Norm.groupNorm(1, eps), KernelCall.of(Norm.class, "groupNorm", 1, eps), axes);
    }

    private static OpSpec.Builder<NormOp> norm(String name, String onnx, Function<Args, @Nullable Op> factory) {
        return OpSpec.<NormOp>of(name, Category.LAYER)
                .operands("x")
                .factory(factory)
                .type((op, data) -> op.type(data.get(0)))
                .params((op, data) -> {
                    Sizes channels = Sizes.of(data.get(0).shape().dim(1).toInt());
                    return List.of(
                            new ParamSpec("weight", channels, Init.ones()),
                            new ParamSpec("bias", channels, Init.zeros()));
                })
                .noMacs()
                .field(op -> op.norm.groups() == 0 ? Field.POINT : Field.ALL)
                .gradient((op, g) -> {
                    Node x = g.node().input(0);
                    g.give(0, new GradInput(op), g.incoming(), x, g.node().input(1));
                    g.give(1, new GradWeight(op), g.incoming(), x);
                    g.give(2, new ChannelSumOp(), g.incoming());
                })
                .eval((op, in, context) -> op.eval(in))
                .onnx(onnx, NormOp::export)
                .kernel(op -> op.call);
    }

    private String export(OnnxBuilder o) {
        if (norm.groups() < 0 && o.node().shape().rank() > 2) {
            OnnxOp instance = OnnxOp.of("InstanceNormalization").with("epsilon", norm.eps());
            return o.add(instance, o.inputs().toArray(String[]::new));
        }
        return norm.groups() == 0 ? ofPlaces(o) : ofGroups(o);
    }

    /** ONNX normalizes along the last axes. */
    private String ofPlaces(OnnxBuilder o) {
        int rank = o.node().shape().rank();
        OnnxOp layer = OnnxOp.of("LayerNormalization").with("axis", -1).with("epsilon", norm.eps());
        if (rank == 2) {
            return o.add(layer, o.inputs().toArray(String[]::new));
        }
        String moved = o.add(rotated(rank, 1), o.input(0));
        return o.add(rotated(rank, rank - 2), o.add(layer, moved, o.input(1), o.input(2)));
    }

    /** A transposition in which every axis but the first is one that comes {@code by} axes later, in turn. */
    private static OnnxOp rotated(int rank, int by) {
        Integer[] axes = IntStream.range(0, rank)
                .map(i -> i == 0 ? 0 : (i - 1 + by) % (rank - 1) + 1)
                .boxed()
                .toArray(Integer[]::new);
        return OnnxOp.of("Transpose").withAll("perm", axes);
    }

    /** Groups become channels; weight and bias, of which every channel has its own, follow apart. */
    private String ofGroups(OnnxBuilder o) {
        Shape x = o.node().shape();
        int groups = norm.groups() < 0 ? x.dim(1).toInt() : norm.groups();
        float[] ones = new float[groups];
        Arrays.fill(ones, 1);
        String hat = o.add(
                OnnxOp.of("InstanceNormalization").with("epsilon", norm.eps()),
                o.add("Reshape", o.input(0), o.integers(0, groups, -1)),
                o.floats(Sizes.of(groups), ones),
                o.floats(Sizes.of(groups), new float[groups]));
        String whole = o.add("Reshape", hat, o.add("Shape", o.input(0)));
        String scaled = o.add("Mul", whole, Onnx.alongChannels(o, o.input(1)));
        return o.add("Add", scaled, Onnx.alongChannels(o, o.input(2)));
    }

    private TensorType type(TensorType data) {
        Shape x = Types.requireChannels(name(), data);
        Types.requireNotNegative(name(), "eps", norm.eps());
        int channels = Windows.fixedChannels(name(), x);
        List<Integer> given = axes.stream().map(a -> a.of(name(), x)).sorted().toList();
        if (!given.isEmpty()
                && !given.equals(List.of(1))
                && !given.equals(IntStream.range(1, x.rank()).boxed().toList())) {
            throw new ShapeError(Code.AXIS, "layer_norm normalizes over C, or over all axes but N, not over " + axes)
                    .remark(0, List.of(), x + " comes from here")
                    .fix("leave `axis` out for C, or list all axes but N");
        }
        if (norm.groups() > 0 && channels % norm.groups() != 0) {
            throw new ShapeError(
                            Code.GROUPS,
                            "groups=" + norm.groups() + " does not divide " + channels + " incoming channels")
                    .remark(0, List.of(1), channels + " channels come from here")
                    .fix("choose a number of groups that divides " + channels);
        }
        return data;
    }

    private static int channel(Nd x, int index) {
        return index / x.shape().elementsFrom(2) % x.dim(1);
    }

    /** {@code (x - mean) / sqrt(variance + eps)}. */
    private Nd hat(Nd x) {
        Lines lines = norm.lines(x.shape());
        Nd hat = new Nd(x.shape());
        for (int line = 0; line < lines.size(); line++) {
            double mean = 0;
            for (int i = 0; i < lines.count(); i++) {
                mean += x.get(lines.at(line, i)) / lines.count();
            }
            double variance = 0;
            for (int i = 0; i < lines.count(); i++) {
                double d = x.get(lines.at(line, i)) - mean;
                variance += d * d / lines.count();
            }
            for (int i = 0; i < lines.count(); i++) {
                int at = lines.at(line, i);
                hat.set(at, (x.get(at) - mean) / Math.sqrt(variance + norm.eps()));
            }
        }
        return hat;
    }

    /** One over {@code sqrt(variance + eps)} of each line. */
    private double[] scales(Nd x) {
        Lines lines = norm.lines(x.shape());
        double[] scales = new double[lines.size()];
        for (int line = 0; line < scales.length; line++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < lines.count(); i++) {
                sum += x.get(lines.at(line, i));
            }
            for (int i = 0; i < lines.count(); i++) {
                double d = x.get(lines.at(line, i)) - sum / lines.count();
                squares += d * d;
            }
            scales[line] = 1 / Math.sqrt(squares / lines.count() + norm.eps());
        }
        return scales;
    }

    private Nd eval(List<Nd> in) {
        Nd hat = hat(in.get(0));
        return Nd.of(
                hat.shape(),
                i -> hat.get(i) * in.get(1).get(channel(hat, i)) + in.get(2).get(channel(hat, i)));
    }

    /**
     * The gradient by the input. Operands: the result's gradient, the input, the weight.
     *
     * @param op the normalization
     */
    record GradInput(NormOp op) implements Op {
        static final OpSpec<GradInput> SPEC = OpSpec.<GradInput>of("norm_grad_input", Category.INTERNAL)
                .doc("The gradient of `layer_norm`, `group_norm` and `instance_norm` by their input.")
                .operands("gradient", "x", "weight")
                .type((op, data) -> data.get(1))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> op.eval(in))
                .kernel(op -> KernelCall.of(NormGradInput.class, "normGradInput", op.op.call))
                .build();

        private Nd eval(List<Nd> in) {
            Nd hat = op.hat(in.get(1));
            double[] scales = op.scales(in.get(1));
            Nd g = Nd.of(hat.shape(), i -> in.get(0).get(i) * in.get(2).get(channel(hat, i)));
            Lines lines = op.norm.lines(hat.shape());
            Nd dx = new Nd(hat.shape());
            for (int line = 0; line < lines.size(); line++) {
                double mean = 0;
                double slope = 0;
                for (int i = 0; i < lines.count(); i++) {
                    int at = lines.at(line, i);
                    mean += g.get(at) / lines.count();
                    slope += g.get(at) * hat.get(at) / lines.count();
                }
                for (int i = 0; i < lines.count(); i++) {
                    int at = lines.at(line, i);
                    dx.set(at, scales[line] * (g.get(at) - mean - hat.get(at) * slope));
                }
            }
            return dx;
        }

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }

    /**
     * The gradient by the weight. Operands: the result's gradient and the input.
     *
     * @param op the normalization
     */
    record GradWeight(NormOp op) implements Op {
        static final OpSpec<GradWeight> SPEC = OpSpec.<GradWeight>of("norm_grad_weight", Category.INTERNAL)
                .doc("The gradient of `layer_norm`, `group_norm` and `instance_norm` by their weight.")
                .operands("gradient", "x")
                .type((op, data) -> TensorType.f32(Shape.of(data.get(1).shape().dim(1))))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> {
                    Nd hat = op.op.hat(in.get(1));
                    Nd sum = new Nd(Sizes.of(hat.dim(1)));
                    for (int i = 0; i < hat.size(); i++) {
                        sum.add(channel(hat, i), in.get(0).get(i) * hat.get(i));
                    }
                    return sum;
                })
                .kernel(op -> KernelCall.of(NormGradWeight.class, "normGradWeight", op.op.call))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
