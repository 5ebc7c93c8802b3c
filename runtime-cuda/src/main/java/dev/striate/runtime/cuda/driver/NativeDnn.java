package dev.striate.runtime.cuda.driver;

import dev.striate.runtime.cuda.kernel.Call.Convolution.Kind;
import dev.striate.runtime.cuda.kernel.Element;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudnn.cudnnActivationStruct;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdDataAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdFilterAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionFwdAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** cuDNN. Its handle is for one thread at a time, so all methods wait for one another. */
@SuppressWarnings("deprecation") // cuDNN 9 deprecates what is not its graph API, and keeps it for all of version 9
final class NativeDnn implements Dnn {
    /** How many algorithms the heuristics are asked for: all that there are. */
    private static final int ALGORITHMS = 8;

    /** Statuses with the same thousands say the same, and in what respect. */
    private static final int FAMILY = 1000;

    /** The largest number that relu lets through. Some versions document that it is read, others that it is not. */
    private static final double UNBOUNDED = Double.MAX_VALUE;

    private final cudnnContext library = new cudnnContext();
    private final boolean deterministic;
    private final cudnnActivationStruct positive;
    private final cudnnActivationStruct identity;
    private final FloatPointer one = new FloatPointer(1f);
    private final FloatPointer zero = new FloatPointer(0f);
    private final Map<Long, Pointer> descriptors = new HashMap<>();
    private final Graphs graphs;

    /**
     * Opens the library.
     *
     * @param deterministic whether only algorithms are taken that give the same bits every time
     */
    NativeDnn(boolean deterministic) {
        this.deterministic = deterministic;
        check("cudnnCreate", cudnn.cudnnCreate(library));
        this.graphs = new NativeGraphs(library, deterministic, this);
        this.positive = activation(cudnn.CUDNN_ACTIVATION_RELU);
        this.identity = activation(cudnn.CUDNN_ACTIVATION_IDENTITY);
    }

    private static cudnnActivationStruct activation(int mode) {
        cudnnActivationStruct made = new cudnnActivationStruct();
        check("cudnnCreateActivationDescriptor", cudnn.cudnnCreateActivationDescriptor(made));
        check(
                "cudnnSetActivationDescriptor",
                cudnn.cudnnSetActivationDescriptor(made, mode, cudnn.CUDNN_PROPAGATE_NAN, UNBOUNDED));
        return made;
    }

    static void check(String call, int status) {
        Natives.check(call, status, meaning(status), cudnn::cudnnGetErrorString);
    }

    /** What a status says. */
    static Natives.Meaning meaning(int status) {
        return switch (status) {
            case cudnn.CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED,
                    cudnn.CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED -> Natives.Meaning.NO_MEMORY;
            default ->
                switch (status / FAMILY * FAMILY) {
                    case cudnn.CUDNN_STATUS_BAD_PARAM, cudnn.CUDNN_STATUS_NOT_SUPPORTED -> Natives.Meaning.REFUSED;
                    default -> Natives.Meaning.OTHER;
                };
        };
    }

    private long keep(Pointer descriptor) {
        descriptors.put(descriptor.address(), descriptor);
        return descriptor.address();
    }

    private static cudnnTensorStruct tensor(long handle) {
        return new cudnnTensorStruct(Natives.pointer(handle));
    }

    private static cudnnFilterStruct filter(long handle) {
        return new cudnnFilterStruct(Natives.pointer(handle));
    }

    private static cudnnConvolutionStruct convolution(long handle) {
        return new cudnnConvolutionStruct(Natives.pointer(handle));
    }

    private void on(long stream) {
        check("cudnnSetStream", cudnn.cudnnSetStream(library, new CUstream_st(Natives.pointer(stream))));
    }

    private static int format(Lay lay) {
        return lay.channelsLast() ? cudnn.CUDNN_TENSOR_NHWC : cudnn.CUDNN_TENSOR_NCHW;
    }

    private static int math(Lay lay) {
        if (lay.element() != Element.FLOAT32) {
            return cudnn.CUDNN_TENSOR_OP_MATH;
        }
        return lay.channelsLast() ? cudnn.CUDNN_DEFAULT_MATH : cudnn.CUDNN_FMA_MATH; // the default rounds to TF32
    }

    @Override
    public synchronized long tensor(Lay lay, int n, int c, int h, int w) {
        cudnnTensorStruct tensor = new cudnnTensorStruct();
        check("cudnnCreateTensorDescriptor", cudnn.cudnnCreateTensorDescriptor(tensor));
        check(
                "cudnnSetTensor4dDescriptor",
                cudnn.cudnnSetTensor4dDescriptor(tensor, format(lay), Graphs.dataType(lay.element()), n, c, h, w));
        return keep(tensor);
    }

    @Override
    public synchronized long filter(Lay lay, int k, int c, int h, int w) {
        cudnnFilterStruct filter = new cudnnFilterStruct();
        check("cudnnCreateFilterDescriptor", cudnn.cudnnCreateFilterDescriptor(filter));
        check(
                "cudnnSetFilter4dDescriptor",
                cudnn.cudnnSetFilter4dDescriptor(filter, Graphs.dataType(lay.element()), format(lay), k, c, h, w));
        return keep(filter);
    }

    @Override
    public synchronized long convolution(
            Lay lay, int padH, int padW, int strideH, int strideW, int dilationH, int dilationW, int groups) {
        cudnnConvolutionStruct window = new cudnnConvolutionStruct();
        check("cudnnCreateConvolutionDescriptor", cudnn.cudnnCreateConvolutionDescriptor(window));
        check(
                "cudnnSetConvolution2dDescriptor",
                cudnn.cudnnSetConvolution2dDescriptor(
                        window,
                        padH,
                        padW,
                        strideH,
                        strideW,
                        dilationH,
                        dilationW,
                        cudnn.CUDNN_CROSS_CORRELATION,
                        cudnn.CUDNN_DATA_FLOAT));
        check("cudnnSetConvolutionGroupCount", cudnn.cudnnSetConvolutionGroupCount(window, groups));
        check("cudnnSetConvolutionMathType", cudnn.cudnnSetConvolutionMathType(window, math(lay)));
        return keep(window);
    }

    @Override
    public synchronized void free(long descriptor) {
        switch (descriptors.remove(descriptor)) {
            case cudnnTensorStruct t -> check("cudnnDestroyTensorDescriptor", cudnn.cudnnDestroyTensorDescriptor(t));
            case cudnnFilterStruct f -> check("cudnnDestroyFilterDescriptor", cudnn.cudnnDestroyFilterDescriptor(f));
            case cudnnConvolutionStruct c ->
                check("cudnnDestroyConvolutionDescriptor", cudnn.cudnnDestroyConvolutionDescriptor(c));
            case null, default -> throw new IllegalStateException("no descriptor " + descriptor);
        }
    }

    @Override
    public String version() {
        return "cuDNN " + cudnn.cudnnGetVersion();
    }

    @Override
    public boolean isDeterministic() {
        return deterministic;
    }

    @Override
    public synchronized List<Algorithm> algorithms(Kind kind, Shapes s) {
        List<Algorithm> all = switch (kind) {
            case FORWARD -> forward(s);
            case GRADIENT_OF_INPUT -> gradientOfInput(s);
            case GRADIENT_OF_WEIGHT -> gradientOfWeight(s);
        };
        if (all.isEmpty()) {
            throw new RefusedException("cuDNN has no algorithm for a convolution");
        }
        return all;
    }

    private static Algorithm algorithm(Shapes s, int number, int math, long workspace, int determinism) {
        return new Algorithm(number, math(s, math), workspace, determinism == cudnn.CUDNN_DETERMINISTIC);
    }

    /**
     * The arithmetic to run an algorithm with: what the heuristics name it for, since they name algorithms for others than they were asked
     * about, and scratch memory goes with it; but none that rounds where nothing may be rounded.
     */
    private static int math(Shapes s, int named) {
        int[] own = new int[1];
        check("cudnnGetConvolutionMathType", cudnn.cudnnGetConvolutionMathType(convolution(s.convolution()), own));
        return own[0] == cudnn.CUDNN_FMA_MATH ? own[0] : named;
    }

    private List<Algorithm> forward(Shapes s) {
        List<Algorithm> usable = new ArrayList<>();
        int[] count = new int[1];
        try (cudnnConvolutionFwdAlgoPerf_t found = new cudnnConvolutionFwdAlgoPerf_t(ALGORITHMS)) {
            check(
                    "cudnnGetConvolutionForwardAlgorithm_v7",
                    cudnn.cudnnGetConvolutionForwardAlgorithm_v7(
                            library,
                            tensor(s.x()),
                            filter(s.weight()),
                            convolution(s.convolution()),
                            tensor(s.y()),
                            ALGORITHMS,
                            count,
                            found));
            for (int i = 0; i < count[0]; i++) {
                cudnnConvolutionFwdAlgoPerf_t next = found.getPointer(i);
                if (next.status() == cudnn.CUDNN_STATUS_SUCCESS) {
                    usable.add(algorithm(s, next.algo(), next.mathType(), next.memory(), next.determinism()));
                }
            }
            return usable;
        }
    }

    private List<Algorithm> gradientOfInput(Shapes s) {
        List<Algorithm> usable = new ArrayList<>();
        int[] count = new int[1];
        try (cudnnConvolutionBwdDataAlgoPerf_t found = new cudnnConvolutionBwdDataAlgoPerf_t(ALGORITHMS)) {
            check(
                    "cudnnGetConvolutionBackwardDataAlgorithm_v7",
                    cudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7(
                            library,
                            filter(s.weight()),
                            tensor(s.y()),
                            convolution(s.convolution()),
                            tensor(s.x()),
                            ALGORITHMS,
                            count,
                            found));
            for (int i = 0; i < count[0]; i++) {
                cudnnConvolutionBwdDataAlgoPerf_t next = found.getPointer(i);
                if (next.status() == cudnn.CUDNN_STATUS_SUCCESS) {
                    usable.add(algorithm(s, next.algo(), next.mathType(), next.memory(), next.determinism()));
                }
            }
            return usable;
        }
    }

    private List<Algorithm> gradientOfWeight(Shapes s) {
        List<Algorithm> usable = new ArrayList<>();
        int[] count = new int[1];
        try (cudnnConvolutionBwdFilterAlgoPerf_t found = new cudnnConvolutionBwdFilterAlgoPerf_t(ALGORITHMS)) {
            check(
                    "cudnnGetConvolutionBackwardFilterAlgorithm_v7",
                    cudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7(
                            library,
                            tensor(s.x()),
                            tensor(s.y()),
                            convolution(s.convolution()),
                            filter(s.weight()),
                            ALGORITHMS,
                            count,
                            found));
            for (int i = 0; i < count[0]; i++) {
                cudnnConvolutionBwdFilterAlgoPerf_t next = found.getPointer(i);
                if (next.status() == cudnn.CUDNN_STATUS_SUCCESS) {
                    usable.add(algorithm(s, next.algo(), next.mathType(), next.memory(), next.determinism()));
                }
            }
            return usable;
        }
    }

    /** The window, with the arithmetic of an algorithm. */
    private static cudnnConvolutionStruct window(Shapes s, Algorithm a) {
        cudnnConvolutionStruct window = convolution(s.convolution());
        check("cudnnSetConvolutionMathType", cudnn.cudnnSetConvolutionMathType(window, a.math()));
        return window;
    }

    @Override
    public synchronized void convolve(Kind kind, Shapes s, Algorithm a, Addresses at, long stream) {
        on(stream);
        Pointer x = Natives.pointer(at.x());
        Pointer weight = Natives.pointer(at.weight());
        Pointer y = Natives.pointer(at.y());
        Pointer scratch = Natives.pointer(at.scratch());
        cudnnConvolutionStruct window = window(s, a);
        int number = a.number();
        long bytes = a.workspace();
        switch (kind) {
            case FORWARD ->
                check(
                        "cudnnConvolutionForward",
                        cudnn.cudnnConvolutionForward(
                                library,
                                one,
                                tensor(s.x()),
                                x,
                                filter(s.weight()),
                                weight,
                                window,
                                number,
                                scratch,
                                bytes,
                                zero,
                                tensor(s.y()),
                                y));
            case GRADIENT_OF_INPUT ->
                check(
                        "cudnnConvolutionBackwardData",
                        cudnn.cudnnConvolutionBackwardData(
                                library,
                                one,
                                filter(s.weight()),
                                weight,
                                tensor(s.y()),
                                y,
                                window,
                                number,
                                scratch,
                                bytes,
                                zero,
                                tensor(s.x()),
                                x));
            case GRADIENT_OF_WEIGHT ->
                check(
                        "cudnnConvolutionBackwardFilter",
                        cudnn.cudnnConvolutionBackwardFilter(
                                library,
                                one,
                                tensor(s.x()),
                                x,
                                tensor(s.y()),
                                y,
                                window,
                                number,
                                scratch,
                                bytes,
                                zero,
                                filter(s.weight()),
                                weight));
        }
    }

    @Override
    public boolean addsBias(Algorithm algorithm) {
        return algorithm.number() == cudnn.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM; // so it is documented
    }

    @Override
    public synchronized void convolveWithBias(
            Shapes s, Algorithm a, Addresses at, Bias bias, long addend, boolean relu, long stream) {
        on(stream);
        Pointer y = Natives.pointer(at.y());
        check(
                "cudnnConvolutionBiasActivationForward",
                cudnn.cudnnConvolutionBiasActivationForward(
                        library,
                        one,
                        tensor(s.x()),
                        Natives.pointer(at.x()),
                        filter(s.weight()),
                        Natives.pointer(at.weight()),
                        window(s, a),
                        a.number(),
                        Natives.pointer(at.scratch()),
                        a.workspace(),
                        addend == 0 ? zero : one,
                        tensor(s.y()),
                        addend == 0 ? y : Natives.pointer(addend),
                        tensor(bias.shape()),
                        Natives.pointer(bias.at()),
                        relu ? positive : identity,
                        tensor(s.y()),
                        y));
    }

    @Override
    public synchronized void addBias(Bias bias, long yShape, long y, long stream) {
        on(stream);
        check(
                "cudnnAddTensor",
                cudnn.cudnnAddTensor(
                        library,
                        one,
                        tensor(bias.shape()),
                        Natives.pointer(bias.at()),
                        one,
                        tensor(yShape),
                        Natives.pointer(y)));
    }

    @Override
    public Graphs graphs() {
        return graphs;
    }
}
