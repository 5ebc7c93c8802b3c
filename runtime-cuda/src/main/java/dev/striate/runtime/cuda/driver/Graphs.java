package dev.striate.runtime.cuda.driver;

import dev.striate.runtime.cuda.kernel.Element;
import java.util.List;
import org.bytedeco.cuda.global.cudnn;

/**
 * cuDNN's graph API as it is: opaque descriptors of several kinds, whose attributes are set one by one before they are finished.
 * NVIDIA's cuDNN documentation, "cudnn_graph library", says which kind has which attributes. Methods throw {@link IllegalStateException}
 * with the library's reason when a call fails.
 */
public interface Graphs {
    /** What a descriptor describes. */
    enum Kind {
        /** How a value lies. */
        TENSOR(cudnn.CUDNN_BACKEND_TENSOR_DESCRIPTOR),
        /** A window. */
        CONVOLUTION(cudnn.CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR),
        /** A convolution of given tensors. */
        CONVOLUTION_FORWARD(cudnn.CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR),
        /** A function of elements. */
        POINTWISE(cudnn.CUDNN_BACKEND_POINTWISE_DESCRIPTOR),
        /** A function of the elements of given tensors. */
        POINTWISE_OPERATION(cudnn.CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR),
        /** Operations, one on the results of others. */
        GRAPH(cudnn.CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR),
        /** What the library thinks which kernels do a graph fast. */
        HEURISTICS(cudnn.CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR),
        /** Kernels of one kind. */
        ENGINE(cudnn.CUDNN_BACKEND_ENGINE_DESCRIPTOR),
        /** A kernel. */
        CONFIG(cudnn.CUDNN_BACKEND_ENGINECFG_DESCRIPTOR),
        /** A kernel that is ready. */
        PLAN(cudnn.CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR),
        /** Where the values of a graph lie. */
        PACK(cudnn.CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);

        final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    /** What the values of an attribute are. */
    enum Type {
        /** Whole numbers. */
        INT64(cudnn.CUDNN_TYPE_INT64, Long.BYTES),
        /** The bits of a float32 number. */
        FLOAT(cudnn.CUDNN_TYPE_FLOAT, Float.BYTES),
        /** 0 or 1. */
        BOOLEAN(cudnn.CUDNN_TYPE_BOOLEAN, 1),
        /** {@code CUDNN_DATA_…}. */
        DATA_TYPE(cudnn.CUDNN_TYPE_DATA_TYPE, Integer.BYTES),
        /** {@code CUDNN_CONVOLUTION} or {@code CUDNN_CROSS_CORRELATION}. */
        CONVOLUTION_MODE(cudnn.CUDNN_TYPE_CONVOLUTION_MODE, Integer.BYTES),
        /** {@code CUDNN_POINTWISE_…}. */
        POINTWISE_MODE(cudnn.CUDNN_TYPE_POINTWISE_MODE, Integer.BYTES),
        /** {@code CUDNN_PROPAGATE_NAN} or not. */
        NAN_PROPAGATION(cudnn.CUDNN_TYPE_NAN_PROPOGATION, Integer.BYTES),
        /** {@code CUDNN_HEUR_MODE_…}. */
        HEURISTICS_MODE(cudnn.CUDNN_TYPE_HEUR_MODE, Integer.BYTES),
        /** {@code CUDNN_NUMERICAL_NOTE_…}. */
        NUMERICAL_NOTE(cudnn.CUDNN_TYPE_NUMERICAL_NOTE, Integer.BYTES),
        /** Descriptors. */
        DESCRIPTOR(cudnn.CUDNN_TYPE_BACKEND_DESCRIPTOR, Long.BYTES),
        /** Addresses. */
        POINTER(cudnn.CUDNN_TYPE_VOID_PTR, Long.BYTES),
        /** The library's handle. */
        HANDLE(cudnn.CUDNN_TYPE_HANDLE, Long.BYTES);

        final int number;
        final int bytes;

        Type(int number, int bytes) {
            this.number = number;
            this.bytes = bytes;
        }
    }

    /** The attributes that we set or ask for, named as the library names them. */
    enum Attribute {
        TENSOR_UNIQUE_ID(cudnn.CUDNN_ATTR_TENSOR_UNIQUE_ID, Type.INT64),
        TENSOR_DATA_TYPE(cudnn.CUDNN_ATTR_TENSOR_DATA_TYPE, Type.DATA_TYPE),
        TENSOR_BYTE_ALIGNMENT(cudnn.CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, Type.INT64),
        TENSOR_DIMENSIONS(cudnn.CUDNN_ATTR_TENSOR_DIMENSIONS, Type.INT64),
        TENSOR_STRIDES(cudnn.CUDNN_ATTR_TENSOR_STRIDES, Type.INT64),
        TENSOR_IS_VIRTUAL(cudnn.CUDNN_ATTR_TENSOR_IS_VIRTUAL, Type.BOOLEAN),
        CONVOLUTION_COMP_TYPE(cudnn.CUDNN_ATTR_CONVOLUTION_COMP_TYPE, Type.DATA_TYPE),
        CONVOLUTION_CONV_MODE(cudnn.CUDNN_ATTR_CONVOLUTION_CONV_MODE, Type.CONVOLUTION_MODE),
        CONVOLUTION_SPATIAL_DIMS(cudnn.CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, Type.INT64),
        CONVOLUTION_DILATIONS(cudnn.CUDNN_ATTR_CONVOLUTION_DILATIONS, Type.INT64),
        CONVOLUTION_FILTER_STRIDES(cudnn.CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, Type.INT64),
        CONVOLUTION_PRE_PADDINGS(cudnn.CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, Type.INT64),
        CONVOLUTION_POST_PADDINGS(cudnn.CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, Type.INT64),
        CONVOLUTION_FORWARD_ALPHA(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, Type.FLOAT),
        CONVOLUTION_FORWARD_BETA(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA, Type.FLOAT),
        CONVOLUTION_FORWARD_CONV_DESC(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, Type.DESCRIPTOR),
        CONVOLUTION_FORWARD_X(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, Type.DESCRIPTOR),
        CONVOLUTION_FORWARD_W(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, Type.DESCRIPTOR),
        CONVOLUTION_FORWARD_Y(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, Type.DESCRIPTOR),
        POINTWISE_MODE(cudnn.CUDNN_ATTR_POINTWISE_MODE, Type.POINTWISE_MODE),
        POINTWISE_MATH_PREC(cudnn.CUDNN_ATTR_POINTWISE_MATH_PREC, Type.DATA_TYPE),
        POINTWISE_NAN_PROPAGATION(cudnn.CUDNN_ATTR_POINTWISE_NAN_PROPAGATION, Type.NAN_PROPAGATION),
        POINTWISE_RELU_UPPER_CLIP(cudnn.CUDNN_ATTR_POINTWISE_RELU_UPPER_CLIP, Type.FLOAT),
        POINTWISE_PW_DESCRIPTOR(cudnn.CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, Type.DESCRIPTOR),
        POINTWISE_XDESC(cudnn.CUDNN_ATTR_OPERATION_POINTWISE_XDESC, Type.DESCRIPTOR),
        POINTWISE_BDESC(cudnn.CUDNN_ATTR_OPERATION_POINTWISE_BDESC, Type.DESCRIPTOR),
        POINTWISE_YDESC(cudnn.CUDNN_ATTR_OPERATION_POINTWISE_YDESC, Type.DESCRIPTOR),
        OPERATIONGRAPH_HANDLE(cudnn.CUDNN_ATTR_OPERATIONGRAPH_HANDLE, Type.HANDLE),
        OPERATIONGRAPH_OPS(cudnn.CUDNN_ATTR_OPERATIONGRAPH_OPS, Type.DESCRIPTOR),
        ENGINEHEUR_OPERATION_GRAPH(cudnn.CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, Type.DESCRIPTOR),
        ENGINEHEUR_MODE(cudnn.CUDNN_ATTR_ENGINEHEUR_MODE, Type.HEURISTICS_MODE),
        ENGINEHEUR_RESULTS(cudnn.CUDNN_ATTR_ENGINEHEUR_RESULTS, Type.DESCRIPTOR),
        ENGINECFG_ENGINE(cudnn.CUDNN_ATTR_ENGINECFG_ENGINE, Type.DESCRIPTOR),
        ENGINE_NUMERICAL_NOTE(cudnn.CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, Type.NUMERICAL_NOTE),
        EXECUTION_PLAN_HANDLE(cudnn.CUDNN_ATTR_EXECUTION_PLAN_HANDLE, Type.HANDLE),
        EXECUTION_PLAN_ENGINE_CONFIG(cudnn.CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, Type.DESCRIPTOR),
        EXECUTION_PLAN_WORKSPACE_SIZE(cudnn.CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, Type.INT64),
        VARIANT_PACK_UNIQUE_IDS(cudnn.CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, Type.INT64),
        VARIANT_PACK_DATA_POINTERS(cudnn.CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, Type.POINTER),
        VARIANT_PACK_WORKSPACE(cudnn.CUDNN_ATTR_VARIANT_PACK_WORKSPACE, Type.POINTER);

        final int number;
        final Type type;

        Attribute(int number, Type type) {
            this.number = number;
            this.type = type;
        }

        /** What its values are. */
        public Type type() {
            return type;
        }
    }

    /** The library's number for what a value consists of. */
    static int dataType(Element element) {
        return switch (element) {
            case FLOAT32 -> cudnn.CUDNN_DATA_FLOAT;
            case BFLOAT16 -> cudnn.CUDNN_DATA_BFLOAT16;
            case FLOAT16 -> cudnn.CUDNN_DATA_HALF;
        };
    }

    /** A descriptor without attributes, to be freed by {@link #free}. */
    long create(Kind kind);

    /** Sets an attribute of a descriptor that is not finished. */
    void set(long descriptor, Attribute attribute, long... values);

    /**
     * Ends setting attributes.
     *
     * @throws IllegalStateException when they do not go together, or the library does not support them
     */
    void finish(long descriptor);

    /** The values of an attribute of a descriptor that is finished. */
    long[] numbers(long descriptor, Attribute attribute);

    /** The descriptors that an attribute names, each to be freed. */
    List<Long> descriptors(long descriptor, Attribute attribute, Kind kind);

    /** Frees a descriptor. */
    void free(long descriptor);

    /** The library's handle, which some attributes want. */
    long handle();

    /** Whether only kernels may be taken that give the same bits every time. */
    boolean isDeterministic();

    /** Computes a graph. */
    void execute(long plan, long pack, long stream);
}
