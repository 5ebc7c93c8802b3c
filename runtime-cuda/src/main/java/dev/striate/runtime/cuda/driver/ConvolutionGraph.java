package dev.striate.runtime.cuda.driver;

import dev.striate.core.window.Grid;
import dev.striate.runtime.cuda.driver.Graphs.Attribute;
import dev.striate.runtime.cuda.driver.Graphs.Kind;
import dev.striate.runtime.cuda.kernel.Activation;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.ConvSizes;
import dev.striate.runtime.cuda.kernel.Element;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.global.cudnn;

/**
 * A convolution of channels-last values and what follows, as a graph of cuDNN's: {@code activation(convolution + addend + bias)}. What
 * one operation hands to the next is float32 and virtual: it lies nowhere.
 */
public final class ConvolutionGraph implements AutoCloseable {
    /**
     * A kernel that is ready.
     *
     * @param descriptor what to execute
     * @param workspace the scratch memory that it takes, in bytes
     */
    public record Plan(long descriptor, long workspace) {}

    /** What addresses of feature maps and their weights are multiples of: kernels that load less at once are slower. */
    private static final int ALIGNMENT = 16;

    private static final int X = 1;
    private static final int WEIGHT = 2;
    private static final int ADDEND = 3;
    private static final int BIAS = 4;
    private static final int Y = 5;
    private static final int FIRST_VIRTUAL = 6;

    private static final int[] MODES = {
        cudnn.CUDNN_HEUR_MODE_INSTANT, cudnn.CUDNN_HEUR_MODE_B, cudnn.CUDNN_HEUR_MODE_FALLBACK
    };

    private final Graphs graphs;
    private final Call.Graph call;
    private final List<Long> made = new ArrayList<>();
    private final List<Long> operations = new ArrayList<>();
    private final long graph;

    /**
     * Describes the graph.
     *
     * @throws IllegalStateException when the library does not support it
     */
    public ConvolutionGraph(Graphs graphs, Call.Graph call) {
        this.graphs = graphs;
        this.call = call;
        try {
            this.graph = describe();
        } catch (IllegalStateException e) {
            close();
            throw e;
        }
    }

    private long create(Kind kind) {
        long descriptor = graphs.create(kind);
        made.add(descriptor);
        return descriptor;
    }

    private long describe() {
        ConvSizes s = call.shape();
        Grid g = s.grid();
        long x = tensor(X, s.element(), s.n(), s.c(), g.h(), g.w());
        long weight = tensor(WEIGHT, s.element(), s.f(), s.c() / s.groups(), g.kernelH(), g.kernelW());
        int behind = (call.addend() < 0 ? 0 : 1)
                + (call.bias() < 0 ? 0 : 1)
                + (call.activation() == Activation.NONE ? 0 : 1);
        long value = result(behind);
        convolve(x, weight, value);
        if (call.addend() >= 0) {
            long addend = tensor(ADDEND, s.element(), s.n(), s.f(), g.outH(), g.outW());
            value = pointwise(function(cudnn.CUDNN_POINTWISE_ADD), value, addend, result(--behind));
        }
        if (call.bias() >= 0) {
            long bias = tensor(BIAS, Element.FLOAT32, 1, s.f(), 1, 1);
            value = pointwise(function(cudnn.CUDNN_POINTWISE_ADD), value, bias, result(--behind));
        }
        if (behind > 0) {
            pointwise(activation(), value, 0, result(--behind));
        }
        long all = create(Kind.GRAPH);
        graphs.set(all, Attribute.OPERATIONGRAPH_HANDLE, graphs.handle());
        graphs.set(all, Attribute.OPERATIONGRAPH_OPS, longs(operations));
        graphs.finish(all);
        return all;
    }

    private static long[] longs(List<Long> all) {
        return all.stream().mapToLong(Long::longValue).toArray();
    }

    /** What an operation computes that so many others follow: the result, or something virtual. */
    private long result(int behind) {
        ConvSizes s = call.shape();
        Grid g = s.grid();
        return behind == 0
                ? tensor(Y, s.element(), s.n(), s.f(), g.outH(), g.outW())
                : tensor(FIRST_VIRTUAL + behind, Element.FLOAT32, s.n(), s.f(), g.outH(), g.outW());
    }

    /** A tensor {@code [n, c, h, w]} that lies as {@code [n, h, w, c]}. */
    private long tensor(int id, Element element, int n, int c, int h, int w) {
        long tensor = create(Kind.TENSOR);
        graphs.set(tensor, Attribute.TENSOR_UNIQUE_ID, id);
        graphs.set(tensor, Attribute.TENSOR_DATA_TYPE, Graphs.dataType(element));
        // Biases lie among other weights.
        graphs.set(tensor, Attribute.TENSOR_BYTE_ALIGNMENT, id == BIAS ? element.bytes() : ALIGNMENT);
        graphs.set(tensor, Attribute.TENSOR_DIMENSIONS, n, c, h, w);
        graphs.set(tensor, Attribute.TENSOR_STRIDES, (long) h * w * c, 1, (long) w * c, c);
        graphs.set(tensor, Attribute.TENSOR_IS_VIRTUAL, id < FIRST_VIRTUAL ? 0 : 1);
        graphs.finish(tensor);
        return tensor;
    }

    private void convolve(long x, long weight, long y) {
        Grid g = call.shape().grid();
        long window = create(Kind.CONVOLUTION);
        graphs.set(window, Attribute.CONVOLUTION_COMP_TYPE, cudnn.CUDNN_DATA_FLOAT);
        graphs.set(window, Attribute.CONVOLUTION_CONV_MODE, cudnn.CUDNN_CROSS_CORRELATION);
        graphs.set(window, Attribute.CONVOLUTION_SPATIAL_DIMS, 2);
        graphs.set(window, Attribute.CONVOLUTION_DILATIONS, g.dilationH(), g.dilationW());
        graphs.set(window, Attribute.CONVOLUTION_FILTER_STRIDES, g.strideH(), g.strideW());
        graphs.set(window, Attribute.CONVOLUTION_PRE_PADDINGS, g.top(), g.left());
        graphs.set(window, Attribute.CONVOLUTION_POST_PADDINGS, g.top(), g.left());
        graphs.finish(window);
        long operation = create(Kind.CONVOLUTION_FORWARD);
        graphs.set(operation, Attribute.CONVOLUTION_FORWARD_CONV_DESC, window);
        graphs.set(operation, Attribute.CONVOLUTION_FORWARD_X, x);
        graphs.set(operation, Attribute.CONVOLUTION_FORWARD_W, weight);
        graphs.set(operation, Attribute.CONVOLUTION_FORWARD_Y, y);
        graphs.set(operation, Attribute.CONVOLUTION_FORWARD_ALPHA, Float.floatToRawIntBits(1));
        graphs.set(operation, Attribute.CONVOLUTION_FORWARD_BETA, Float.floatToRawIntBits(0));
        graphs.finish(operation);
        operations.add(operation);
    }

    /** A function that computes in float32, to be finished. */
    private long function(int mode) {
        long function = create(Kind.POINTWISE);
        graphs.set(function, Attribute.POINTWISE_MODE, mode);
        graphs.set(function, Attribute.POINTWISE_MATH_PREC, cudnn.CUDNN_DATA_FLOAT);
        return function;
    }

    private long activation() {
        return switch (call.activation()) {
            case NONE -> throw new IllegalArgumentException("nothing follows");
            case RELU -> relu();
            case RELU6 -> {
                long relu = relu();
                graphs.set(relu, Attribute.POINTWISE_RELU_UPPER_CLIP, Float.floatToRawIntBits(6));
                yield relu;
            }
            case TANH -> function(cudnn.CUDNN_POINTWISE_TANH_FWD);
            case SIGMOID -> function(cudnn.CUDNN_POINTWISE_SIGMOID_FWD);
            case SILU -> function(cudnn.CUDNN_POINTWISE_SWISH_FWD);
            case GELU -> function(cudnn.CUDNN_POINTWISE_GELU_FWD);
            case ELU -> function(cudnn.CUDNN_POINTWISE_ELU_FWD);
        };
    }

    private long relu() {
        long relu = function(cudnn.CUDNN_POINTWISE_RELU_FWD);
        graphs.set(relu, Attribute.POINTWISE_NAN_PROPAGATION, cudnn.CUDNN_PROPAGATE_NAN);
        return relu;
    }

    /**
     * A function of a value, and perhaps of another one.
     *
     * @param other 0 for none
     * @return its result
     */
    private long pointwise(long function, long value, long other, long result) {
        graphs.finish(function);
        long operation = create(Kind.POINTWISE_OPERATION);
        graphs.set(operation, Attribute.POINTWISE_PW_DESCRIPTOR, function);
        graphs.set(operation, Attribute.POINTWISE_XDESC, value);
        if (other != 0) {
            graphs.set(operation, Attribute.POINTWISE_BDESC, other);
        }
        graphs.set(operation, Attribute.POINTWISE_YDESC, result);
        graphs.finish(operation);
        operations.add(operation);
        return result;
    }

    /**
     * Kernels for the graph, made ready: the first that the library's heuristics name and that are to be had. There may be none.
     *
     * @param most how many at most
     * @param refusals where it is noted why others are not to be had
     */
    public List<Plan> plans(int most, List<String> refusals) {
        List<Plan> plans = new ArrayList<>();
        for (int mode : MODES) {
            for (long config : configs(mode, refusals)) {
                if (plans.size() < most && isAllowed(config)) {
                    try {
                        plans.add(plan(config));
                    } catch (IllegalStateException e) {
                        refusals.add(e.getMessage());
                    }
                }
            }
            if (!plans.isEmpty()) {
                break;
            }
        }
        return plans;
    }

    private List<Long> configs(int mode, List<String> refusals) {
        long heuristics = create(Kind.HEURISTICS);
        graphs.set(heuristics, Attribute.ENGINEHEUR_OPERATION_GRAPH, graph);
        graphs.set(heuristics, Attribute.ENGINEHEUR_MODE, mode);
        try {
            graphs.finish(heuristics);
            List<Long> configs = graphs.descriptors(heuristics, Attribute.ENGINEHEUR_RESULTS, Kind.CONFIG);
            made.addAll(configs);
            return configs;
        } catch (IllegalStateException e) {
            refusals.add(e.getMessage());
            return List.of();
        }
    }

    private boolean isAllowed(long config) {
        if (!graphs.isDeterministic()) {
            return true;
        }
        List<Long> engines = graphs.descriptors(config, Attribute.ENGINECFG_ENGINE, Kind.ENGINE);
        made.addAll(engines);
        for (long note : graphs.numbers(engines.getFirst(), Attribute.ENGINE_NUMERICAL_NOTE)) {
            if (note == cudnn.CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC) {
                return false;
            }
        }
        return true;
    }

    private Plan plan(long config) {
        long plan = create(Kind.PLAN);
        graphs.set(plan, Attribute.EXECUTION_PLAN_HANDLE, graphs.handle());
        graphs.set(plan, Attribute.EXECUTION_PLAN_ENGINE_CONFIG, config);
        graphs.finish(plan);
        return new Plan(plan, graphs.numbers(plan, Attribute.EXECUTION_PLAN_WORKSPACE_SIZE)[0]);
    }

    /**
     * Where values lie, to execute plans on; freed with the graph.
     *
     * @param bias 0 where there is none
     * @param addend 0 where there is none
     * @throws IllegalStateException when kernels could not load from there
     */
    public long pack(long x, long weight, long bias, long addend, long y, long scratch) {
        List<Long> ids = new ArrayList<>();
        List<Long> addresses = new ArrayList<>();
        long[] all = {x, weight, addend, bias, y};
        for (int i = 0; i < all.length; i++) {
            int id = X + i;
            if (all[i] % (id == BIAS ? Float.BYTES : ALIGNMENT) != 0) {
                throw new IllegalStateException("operand " + id + " of a convolution is not aligned");
            }
            if (all[i] != 0) {
                ids.add((long) id);
                addresses.add(all[i]);
            }
        }
        long pack = create(Kind.PACK);
        graphs.set(pack, Attribute.VARIANT_PACK_UNIQUE_IDS, longs(ids));
        graphs.set(pack, Attribute.VARIANT_PACK_DATA_POINTERS, longs(addresses));
        graphs.set(pack, Attribute.VARIANT_PACK_WORKSPACE, scratch);
        graphs.finish(pack);
        return pack;
    }

    /** Computes the graph. */
    public void execute(Plan plan, long pack, long stream) {
        graphs.execute(plan.descriptor, pack, stream);
    }

    /** Frees all descriptors. */
    @Override
    public void close() {
        made.reversed().forEach(graphs::free);
    }
}
