package dev.striate.tests;

import static java.util.Objects.requireNonNull;

import dev.striate.core.Sizes;
import dev.striate.core.expr.Expr;
import dev.striate.runtime.cuda.driver.Graphs;
import dev.striate.runtime.cuda.kernel.Element;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.cuda.global.cudnn;

/**
 * What cuDNN documents of graphs of convolutions and element-wise functions, in plain loops on this machine: it knows nothing of them but the
 * attributes of their descriptors. What the documentation calls required must be there, and what is finished first must be.
 */
final class HostGraphs implements Graphs {
    private static final int WORKSPACE = 131;
    private static final Expr ERF = Expr.erf(Expr.arg(0));

    private static final Map<Kind, Set<Attribute>> REQUIRED = Map.of(
            Kind.TENSOR,
            Set.of(
                    Attribute.TENSOR_UNIQUE_ID,
                    Attribute.TENSOR_DATA_TYPE,
                    Attribute.TENSOR_BYTE_ALIGNMENT,
                    Attribute.TENSOR_DIMENSIONS,
                    Attribute.TENSOR_STRIDES),
            Kind.CONVOLUTION,
            Set.of(
                    Attribute.CONVOLUTION_COMP_TYPE,
                    Attribute.CONVOLUTION_CONV_MODE,
                    Attribute.CONVOLUTION_SPATIAL_DIMS,
                    Attribute.CONVOLUTION_DILATIONS,
                    Attribute.CONVOLUTION_FILTER_STRIDES,
                    Attribute.CONVOLUTION_PRE_PADDINGS,
                    Attribute.CONVOLUTION_POST_PADDINGS),
            Kind.CONVOLUTION_FORWARD,
            Set.of(
                    Attribute.CONVOLUTION_FORWARD_ALPHA,
                    Attribute.CONVOLUTION_FORWARD_BETA,
                    Attribute.CONVOLUTION_FORWARD_CONV_DESC,
                    Attribute.CONVOLUTION_FORWARD_X,
                    Attribute.CONVOLUTION_FORWARD_W,
                    Attribute.CONVOLUTION_FORWARD_Y),
            Kind.POINTWISE,
            Set.of(Attribute.POINTWISE_MODE, Attribute.POINTWISE_MATH_PREC),
            Kind.POINTWISE_OPERATION,
            Set.of(Attribute.POINTWISE_PW_DESCRIPTOR, Attribute.POINTWISE_XDESC, Attribute.POINTWISE_YDESC),
            Kind.GRAPH,
            Set.of(Attribute.OPERATIONGRAPH_HANDLE, Attribute.OPERATIONGRAPH_OPS),
            Kind.HEURISTICS,
            Set.of(Attribute.ENGINEHEUR_OPERATION_GRAPH, Attribute.ENGINEHEUR_MODE),
            Kind.PLAN,
            Set.of(Attribute.EXECUTION_PLAN_HANDLE, Attribute.EXECUTION_PLAN_ENGINE_CONFIG),
            Kind.PACK,
            Set.of(
                    Attribute.VARIANT_PACK_UNIQUE_IDS,
                    Attribute.VARIANT_PACK_DATA_POINTERS,
                    Attribute.VARIANT_PACK_WORKSPACE));

    private static final class Descriptor {
        final Kind kind;
        final Map<Attribute, long[]> values = new EnumMap<>(Attribute.class);
        boolean finished;

        Descriptor(Kind kind) {
            this.kind = kind;
        }
    }

    private final HostDriver driver;
    private final Map<Long, Descriptor> descriptors = new HashMap<>();
    private long handles;
    /** Whether no kernel can be made ready. */
    private boolean refuses;

    private int executed;

    HostGraphs(HostDriver driver) {
        this.driver = driver;
    }

    /** Has no kernels any more. */
    void refuse() {
        refuses = true;
    }

    /** How many graphs have been computed or captured. */
    int executed() {
        return executed;
    }

    /** How many descriptors have not been freed. */
    int open() {
        return descriptors.size();
    }

    private Descriptor get(long descriptor) {
        return requireNonNull(descriptors.get(descriptor), "freed");
    }

    private long[] values(long descriptor, Attribute attribute) {
        return requireNonNull(get(descriptor).values.get(attribute), attribute::name);
    }

    private long value(long descriptor, Attribute attribute) {
        return values(descriptor, attribute)[0];
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("CUDNN_STATUS_BAD_PARAM: " + what);
        }
    }

    @Override
    public long create(Kind kind) {
        descriptors.put(++handles, new Descriptor(kind));
        return handles;
    }

    @Override
    public void set(long descriptor, Attribute attribute, long... values) {
        Descriptor d = get(descriptor);
        require(!d.finished, attribute + " of what is finished");
        require(attribute.type() != Type.HANDLE || values[0] == handle(), "handle");
        if (attribute.type() == Type.DESCRIPTOR) {
            for (long part : values) {
                require(get(part).finished, attribute + " that is not finished");
            }
        }
        d.values.put(attribute, values.clone());
    }

    @Override
    public void finish(long descriptor) {
        Descriptor d = get(descriptor);
        require(d.values.keySet().containsAll(requireNonNull(REQUIRED.get(d.kind))), d.kind + " of " + d.values);
        switch (d.kind) {
            case TENSOR -> checkTensor(descriptor);
            case CONVOLUTION_FORWARD -> checkConvolution(descriptor);
            case POINTWISE_OPERATION -> checkPointwise(descriptor);
            case GRAPH -> checkGraph(descriptor);
            case PLAN -> {
                if (refuses) {
                    throw new IllegalStateException("CUDNN_STATUS_NOT_SUPPORTED");
                }
            }
            default -> {}
        }
        d.finished = true;
    }

    private int[] shape(long tensor) {
        return Arrays.stream(values(tensor, Attribute.TENSOR_DIMENSIONS))
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    private Element element(long tensor) {
        long type = value(tensor, Attribute.TENSOR_DATA_TYPE);
        return Stream.of(Element.values())
                .filter(e -> Graphs.dataType(e) == type)
                .findFirst()
                .orElseThrow();
    }

    private boolean isVirtual(long tensor) {
        return get(tensor).values.containsKey(Attribute.TENSOR_IS_VIRTUAL)
                && value(tensor, Attribute.TENSOR_IS_VIRTUAL) == 1;
    }

    private void checkTensor(long tensor) {
        int[] n = shape(tensor);
        long[] channelsLast = {(long) n[1] * n[2] * n[3], 1, (long) n[1] * n[3], n[1]};
        require(Arrays.equals(values(tensor, Attribute.TENSOR_STRIDES), channelsLast), "strides");
        require(value(tensor, Attribute.TENSOR_BYTE_ALIGNMENT) % element(tensor).bytes() == 0, "alignment");
    }

    /** Padding, strides, dilations and groups, as {@link HostDnn} takes them. */
    private int[] window(long operation) {
        long window = value(operation, Attribute.CONVOLUTION_FORWARD_CONV_DESC);
        long[] pad = values(window, Attribute.CONVOLUTION_PRE_PADDINGS);
        long[] stride = values(window, Attribute.CONVOLUTION_FILTER_STRIDES);
        long[] dilation = values(window, Attribute.CONVOLUTION_DILATIONS);
        int channels = shape(value(operation, Attribute.CONVOLUTION_FORWARD_X))[1];
        int groups = channels / shape(value(operation, Attribute.CONVOLUTION_FORWARD_W))[1];
        return Stream.of(pad, stride, dilation, new long[] {groups})
                .flatMapToLong(Arrays::stream)
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    private void checkConvolution(long operation) {
        long window = value(operation, Attribute.CONVOLUTION_FORWARD_CONV_DESC);
        require(value(window, Attribute.CONVOLUTION_COMP_TYPE) == cudnn.CUDNN_DATA_FLOAT, "compute type");
        require(value(window, Attribute.CONVOLUTION_CONV_MODE) == cudnn.CUDNN_CROSS_CORRELATION, "mode");
        require(value(operation, Attribute.CONVOLUTION_FORWARD_ALPHA) == Float.floatToRawIntBits(1), "alpha");
        require(value(operation, Attribute.CONVOLUTION_FORWARD_BETA) == 0, "beta");
        int[] x = shape(value(operation, Attribute.CONVOLUTION_FORWARD_X));
        int[] w = shape(value(operation, Attribute.CONVOLUTION_FORWARD_W));
        int[] y = shape(value(operation, Attribute.CONVOLUTION_FORWARD_Y));
        int[] c = window(operation);
        long[] behind = values(window, Attribute.CONVOLUTION_POST_PADDINGS);
        require(x[0] == y[0] && w[0] == y[1] && x[1] == w[1] * c[6] && w[0] % c[6] == 0, "channels");
        for (int axis = 0; axis < 2; axis++) {
            int reach = (w[2 + axis] - 1) * c[4 + axis] + 1;
            require(
                    y[2 + axis] == 1 + (x[2 + axis] + c[axis] + behind[axis] - reach) / c[2 + axis],
                    "size of the result");
        }
    }

    private void checkPointwise(long operation) {
        int[] x = shape(value(operation, Attribute.POINTWISE_XDESC));
        require(Arrays.equals(x, shape(value(operation, Attribute.POINTWISE_YDESC))), "shapes");
        boolean adds = mode(operation) == cudnn.CUDNN_POINTWISE_ADD;
        require(adds == get(operation).values.containsKey(Attribute.POINTWISE_BDESC), "operands");
        if (adds) {
            int[] b = shape(value(operation, Attribute.POINTWISE_BDESC));
            for (int axis = 0; axis < x.length; axis++) {
                require(b[axis] == x[axis] || b[axis] == 1, "broadcasting");
            }
        }
    }

    private long mode(long operation) {
        return value(value(operation, Attribute.POINTWISE_PW_DESCRIPTOR), Attribute.POINTWISE_MODE);
    }

    private static final List<Attribute> READ = List.of(
            Attribute.CONVOLUTION_FORWARD_X,
            Attribute.CONVOLUTION_FORWARD_W,
            Attribute.POINTWISE_XDESC,
            Attribute.POINTWISE_BDESC);

    private long result(long operation) {
        return value(
                operation,
                get(operation).kind == Kind.POINTWISE_OPERATION
                        ? Attribute.POINTWISE_YDESC
                        : Attribute.CONVOLUTION_FORWARD_Y);
    }

    private List<Long> read(long operation) {
        return READ.stream()
                .filter(get(operation).values::containsKey)
                .map(a -> value(operation, a))
                .toList();
    }

    /** Operations are connected by virtual tensors, each computed before it is read, and all are read but the last result. */
    private void checkGraph(long graph) {
        long[] operations = values(graph, Attribute.OPERATIONGRAPH_OPS);
        Set<Long> computed = new HashSet<>();
        Set<Long> ids = new HashSet<>();
        Set<Long> tensors = new HashSet<>();
        for (long operation : operations) {
            for (long tensor : read(operation)) {
                require(!isVirtual(tensor) || computed.contains(tensor), "a virtual tensor that nothing computes");
                tensors.add(tensor);
            }
            long result = result(operation);
            require(isVirtual(result) == (operation != operations[operations.length - 1]), "what is virtual");
            computed.add(result);
            tensors.add(result);
        }
        tensors.forEach(t -> require(ids.add(value(t, Attribute.TENSOR_UNIQUE_ID)), "an identifier twice"));
    }

    @Override
    public long[] numbers(long descriptor, Attribute attribute) {
        require(get(descriptor).finished, "not finished");
        return attribute == Attribute.EXECUTION_PLAN_WORKSPACE_SIZE ? new long[] {WORKSPACE} : new long[0];
    }

    @Override
    public List<Long> descriptors(long descriptor, Attribute attribute, Kind kind) {
        long made = create(kind);
        get(made).finished = true;
        if (attribute == Attribute.ENGINEHEUR_RESULTS) {
            get(made)
                    .values
                    .put(
                            Attribute.ENGINEHEUR_OPERATION_GRAPH,
                            values(descriptor, Attribute.ENGINEHEUR_OPERATION_GRAPH));
        }
        return List.of(made);
    }

    @Override
    public void free(long descriptor) {
        requireNonNull(descriptors.remove(descriptor), "freed twice");
    }

    @Override
    public long handle() {
        return 1;
    }

    @Override
    public boolean isDeterministic() {
        return true;
    }

    @Override
    public void execute(long plan, long pack, long stream) {
        long config = value(plan, Attribute.EXECUTION_PLAN_ENGINE_CONFIG);
        long graph = value(config, Attribute.ENGINEHEUR_OPERATION_GRAPH);
        long[] ids = values(pack, Attribute.VARIANT_PACK_UNIQUE_IDS);
        long[] addresses = values(pack, Attribute.VARIANT_PACK_DATA_POINTERS);
        HostDriver.at(value(pack, Attribute.VARIANT_PACK_WORKSPACE), WORKSPACE);
        Map<Long, Long> places = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            places.put(ids[i], addresses[i]);
        }
        executed++;
        List<Long> operations = new ArrayList<>();
        Arrays.stream(values(graph, Attribute.OPERATIONGRAPH_OPS)).forEach(operations::add);
        driver.enqueue(stream, () -> {
            Map<Long, float[]> known = new HashMap<>();
            operations.forEach(operation -> compute(operation, places, known));
        });
    }

    private void compute(long operation, Map<Long, Long> places, Map<Long, float[]> known) {
        long result = result(operation);
        List<Long> tensors = read(operation);
        float[] first = numbersOf(tensors.getFirst(), places, known);
        float[] y = get(operation).kind == Kind.POINTWISE_OPERATION
                ? pointwise(operation, first, tensors, places, known)
                : convolution(operation, first, numbersOf(tensors.getLast(), places, known));
        if (isVirtual(result)) {
            require(element(result) == Element.FLOAT32, "rounded in between");
            known.put(result, y);
            return;
        }
        HostValue memory = memory(result, places);
        for (int i = 0; i < y.length; i++) {
            memory.set(i, y[i]);
        }
    }

    private HostValue memory(long tensor, Map<Long, Long> places) {
        long address = requireNonNull(places.get(value(tensor, Attribute.TENSOR_UNIQUE_ID)));
        require(address % value(tensor, Attribute.TENSOR_BYTE_ALIGNMENT) == 0, "alignment");
        Sizes shape = Sizes.of(shape(tensor));
        Element element = element(tensor);
        return new HostValue(HostDriver.at(address, (long) element.bytes() * shape.elements()), element, shape, true);
    }

    private float[] numbersOf(long tensor, Map<Long, Long> places, Map<Long, float[]> known) {
        if (isVirtual(tensor)) {
            return requireNonNull(known.get(tensor));
        }
        HostValue memory = memory(tensor, places);
        float[] all = new float[memory.elements()];
        for (int i = 0; i < all.length; i++) {
            all[i] = memory.get(i);
        }
        return all;
    }

    private float[] convolution(long operation, float[] x, float[] w) {
        int[] shape = shape(result(operation));
        double[] sums = new double[shape[0] * shape[1] * shape[2] * shape[3]];
        HostDnn.forEachTap(
                shape(value(operation, Attribute.CONVOLUTION_FORWARD_X)),
                shape(value(operation, Attribute.CONVOLUTION_FORWARD_W)),
                window(operation),
                shape,
                (i, j, k) -> sums[k] += (double) x[i] * w[j]);
        float[] y = new float[sums.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = (float) sums[i];
        }
        return y;
    }

    private float[] pointwise(
            long operation, float[] x, List<Long> tensors, Map<Long, Long> places, Map<Long, float[]> known) {
        float[] y = new float[x.length];
        if (mode(operation) == cudnn.CUDNN_POINTWISE_ADD) {
            float[] b = numbersOf(tensors.get(1), places, known);
            int[] shape = shape(tensors.getFirst());
            int area = shape[2] * shape[3];
            for (int i = 0; i < y.length; i++) {
                y[i] = x[i] + b[b.length == y.length ? i : i / area % shape[1]];
            }
            return y;
        }
        DoubleUnaryOperator function = function(value(operation, Attribute.POINTWISE_PW_DESCRIPTOR));
        for (int i = 0; i < y.length; i++) {
            y[i] = (float) function.applyAsDouble(x[i]);
        }
        return y;
    }

    private DoubleUnaryOperator function(long function) {
        Map<Attribute, long[]> values = get(function).values;
        double most = values.containsKey(Attribute.POINTWISE_RELU_UPPER_CLIP)
                ? Float.intBitsToFloat((int) value(function, Attribute.POINTWISE_RELU_UPPER_CLIP))
                : Double.MAX_VALUE;
        long mode = value(function, Attribute.POINTWISE_MODE);
        return switch ((int) mode) {
            case cudnn.CUDNN_POINTWISE_RELU_FWD -> {
                require(
                        value(function, Attribute.POINTWISE_NAN_PROPAGATION) == cudnn.CUDNN_PROPAGATE_NAN,
                        "NaN is not propagated unless it is asked for");
                yield x -> x < 0 ? 0 : x > most ? most : x;
            }
            case cudnn.CUDNN_POINTWISE_TANH_FWD -> Math::tanh;
            case cudnn.CUDNN_POINTWISE_SIGMOID_FWD -> x -> 1 / (1 + Math.exp(-x));
            case cudnn.CUDNN_POINTWISE_SWISH_FWD -> x -> x / (1 + Math.exp(-x));
            case cudnn.CUDNN_POINTWISE_GELU_FWD -> x -> x * (0.5 + 0.5 * ERF.eval(x * Math.sqrt(0.5)));
            case cudnn.CUDNN_POINTWISE_ELU_FWD -> x -> x < 0 ? Math.expm1(x) : x;
            default -> throw new AssertionError("mode " + mode);
        };
    }
}
