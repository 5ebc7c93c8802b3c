package dev.striate.bench;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.op.AdaptivePoolOp;
import dev.striate.compiler.op.BatchNormOp;
import dev.striate.compiler.op.ConcatOp;
import dev.striate.compiler.op.Conv2d;
import dev.striate.compiler.op.CrossEntropyOp;
import dev.striate.compiler.op.DepthwiseConv;
import dev.striate.compiler.op.DropoutOp;
import dev.striate.compiler.op.FillOp;
import dev.striate.compiler.op.FlattenOp;
import dev.striate.compiler.op.FullyConnected;
import dev.striate.compiler.op.LinePoolOp;
import dev.striate.compiler.op.LrnOp;
import dev.striate.compiler.op.MergeOp;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.PointwiseOp;
import dev.striate.compiler.op.Pooling;
import dev.striate.compiler.op.ReshapeOp;
import dev.striate.compiler.op.SoftmaxOp;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.AdaptiveAvgPool;
import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.kernel.Dropout;
import dev.striate.core.kernel.LinePool;
import dev.striate.core.kernel.Lrn;
import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What each operator of a graph is in TorchScript, at given sizes: one expression of its operands. */
final class TorchOps {
    private final Map<String, Long> sizes;
    private final boolean training;

    /**
     * The operators of one phase.
     *
     * @param sizes of all symbolic dimensions, the batch included
     * @param training whether statistics are those of the batch
     */
    TorchOps(Map<String, Long> sizes, boolean training) {
        this.sizes = sizes;
        this.training = training;
    }

    /**
     * The expression of a node.
     *
     * @param in expressions of its operands, the parameters included
     * @throws UnmappedException when there is none; the message names the operator and its place
     */
    String of(Node node, List<String> in) {
        return switch (Op.of(node)) {
            case Conv2d c -> conv(node, c.window(), c.groups(), in);
            case DepthwiseConv c -> conv(node, c.window(), channels(node), in);
            case Pooling p -> pool(node, p, in.get(0));
            case FullyConnected f -> call("linear", in.get(0), in.get(1), f.bias() ? in.get(2) : "None");
            case FlattenOp _ -> call("flatten", in.get(0), 1);
            case ReshapeOp _ -> call("reshape", in.get(0), list(shape(node)));
            case BatchNormOp b -> batchNorm(b, in);
            case LrnOp l -> lrn(l.lrn(), in.get(0));
            case LinePoolOp p -> line(node, p.pool(), in.get(0));
            case AdaptivePoolOp(AdaptiveAvgPool(Extent size)) ->
                call("adaptive_avg_pool2d", in.get(0), List.of(size.h(), size.w()));
            case ConcatOp c -> call("cat", in, c.spec().kernel(node).args().getFirst());
            case MergeOp m -> merge(m.name(), aligned(node, in), in.size());
            case PointwiseOp p -> pointwise(node, p, aligned(node, in));
            case SoftmaxOp _ -> call("softmax", in.get(0), 1, "None");
            case DropoutOp d when d.unit() == Dropout.Unit.ELEMENT -> call("dropout", in.get(0), d.p(), bool(training));
            case FillOp f -> call("full", list(shape(node)), f.value());
            case CrossEntropyOp c -> crossEntropy(node, c.loss(), in);
            default -> throw unmapped(node, "");
        };
    }

    private static UnmappedException unmapped(Node node, String why) {
        return new UnmappedException(
                node.origin().place() + ": " + node.operation().name() + why + " has no mapping to libtorch");
    }

    /** An operator of ATen with its arguments as TorchScript writes them. */
    private static String call(String name, Object... arguments) {
        return "torch." + name + "("
                + String.join(
                        ", ", Arrays.stream(arguments).map(String::valueOf).toList()) + ")";
    }

    private static String bool(boolean value) {
        return value ? "True" : "False";
    }

    private static String list(Sizes shape) {
        return shape.toList().toString();
    }

    private Sizes shape(Node node) {
        return node.shape().at(sizes);
    }

    private int channels(Node node) {
        return shape(node.input(0)).dim(1);
    }

    /** The padding before and after both axes, as ATen's {@code pad} takes it: the last axis first. */
    private List<Integer> around(Node node, Window w) {
        Sizes x = shape(node.input(0));
        return List.of(w.before(x.dim(3), 1), w.after(x.dim(3), 1), w.before(x.dim(2), 0), w.after(x.dim(2), 0));
    }

    private static boolean isSymmetric(List<Integer> around) {
        return around.get(0).equals(around.get(1)) && around.get(2).equals(around.get(3));
    }

    private String conv(Node node, Window w, int groups, List<String> in) {
        if (w.rounding() == Rounding.CEIL) {
            throw unmapped(node, " with round=ceil");
        }
        List<Integer> around = around(node, w);
        boolean symmetric = isSymmetric(around);
        return call(
                "conv2d",
                symmetric ? in.get(0) : call("constant_pad_nd", in.get(0), around, 0.0),
                in.get(1),
                in.size() > 2 ? in.get(2) : "None",
                List.of(w.stride().h(), w.stride().w()),
                symmetric ? List.of(around.get(2), around.get(0)) : List.of(0, 0),
                List.of(w.dilation().h(), w.dilation().w()),
                groups);
    }

    private String pool(Node node, Pooling p, String x) {
        Window w = p.window();
        List<Integer> around = around(node, w);
        boolean within = around.get(0) <= w.kernel().w() / 2
                && around.get(2) <= w.kernel().h() / 2;
        if (p.kind() == Pool.Kind.L2 || !isSymmetric(around) || !within) {
            throw unmapped(node, " with this padding");
        }
        List<Integer> kernel = List.of(w.kernel().h(), w.kernel().w());
        List<Integer> stride = List.of(w.stride().h(), w.stride().w());
        List<Integer> pad = List.of(around.get(2), around.get(0));
        String ceil = bool(w.rounding() == Rounding.CEIL);
        if (p.kind() == Pool.Kind.AVERAGE) {
            return call("avg_pool2d", x, kernel, stride, pad, ceil, bool(p.countPadding()), "None");
        }
        List<Integer> dilation = List.of(w.dilation().h(), w.dilation().w());
        return call("max_pool2d", x, kernel, stride, pad, dilation, ceil);
    }

    private String batchNorm(BatchNormOp b, List<String> in) {
        return call(
                "batch_norm",
                in.get(0),
                in.get(1),
                in.get(2),
                in.get(3),
                in.get(4),
                bool(training),
                b.momentum(),
                b.eps(),
                "False");
    }

    /** As {@code torch.nn.functional.local_response_norm} composes it: libtorch has no operator of its own. */
    private static String lrn(Lrn l, String x) {
        String squares = call("unsqueeze", call("mul", x, x), 1);
        String padded = call("constant_pad_nd", squares, List.of(0, 0, 0, 0, l.before(), l.after()), 0.0);
        List<Integer> ones = List.of(1, 1, 1);
        String means =
                call("avg_pool3d", padded, List.of(l.size(), 1, 1), ones, List.of(0, 0, 0), "False", "True", "None");
        String base = call("add", call("mul", call("squeeze", means, 1), l.alpha()), l.k());
        return call("div", x, call("pow", base, l.beta()));
    }

    private static String line(Node node, LinePool pool, String x) {
        if (pool.pieces() != 0) {
            throw unmapped(node, "");
        }
        return switch (pool.kind()) {
            case AVERAGE -> call("flatten", call("adaptive_avg_pool2d", x, List.of(1, 1)), 1);
            case MAX -> call("amax", x, List.of(2, 3));
            case L2 -> throw unmapped(node, "");
        };
    }

    /** Operands of one rank: ours align from the left, those of ATen from the right. */
    private List<String> aligned(Node node, List<String> in) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            Shape operand = node.input(i).shape();
            List<Integer> padded = new ArrayList<>(operand.at(sizes).toList());
            while (padded.size() < node.shape().rank() && operand.rank() > 0) {
                padded.add(1);
            }
            all.add(padded.size() == operand.rank() ? in.get(i) : call("reshape", in.get(i), padded));
        }
        return all;
    }

    private static String merge(String name, List<String> in, int count) {
        String joined = in.get(0);
        for (String next : in.subList(1, in.size())) {
            joined = switch (name) {
                case "add", "mean" -> call("add", joined, next);
                case "mul" -> call("mul", joined, next);
                default -> call("maximum", joined, next);
            };
        }
        return name.equals("mean") ? call("div", joined, count) : joined;
    }

    private static String pointwise(Node node, PointwiseOp op, List<String> in) {
        List<Object> arguments = op.call().args();
        String x = in.get(0);
        return switch (op.name()) {
            case "relu", "tanh", "sigmoid", "selu", "gelu", "silu", "softplus", "exp", "log", "sqrt", "abs", "square" ->
                call(op.name(), x);
            case "hard_sigmoid" -> call("hardsigmoid", x);
            case "hard_swish" -> call("hardswish", x);
            case "leaky_relu", "elu" -> call(op.name(), x, arguments.get(0));
            case "clip" -> call("hardtanh", x, arguments.get(0), arguments.get(1));
            case "plus" -> call("add", x, in.get(1));
            case "minus" -> call("sub", x, in.get(1));
            case "times" -> call("mul", x, in.get(1));
            case "over", "div" -> call("div", x, in.get(1));
            default -> throw unmapped(node, "");
        };
    }

    private static String crossEntropy(Node node, CrossEntropy loss, List<String> in) {
        if (loss.logarithms() || !loss.weights().isEmpty()) {
            throw unmapped(node, " of logarithms or with weights");
        }
        int mean = 1;
        int ignored = loss.ignore() < 0 ? -100 : loss.ignore();
        return call("cross_entropy_loss", in.get(0), in.get(1), "None", mean, ignored, loss.smoothing());
    }
}
