package dev.striate.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.onnx.OnnxGraph;
import dev.striate.compiler.onnx.OnnxGraph.Constant;
import dev.striate.compiler.onnx.OnnxGraph.Parameter;
import dev.striate.compiler.onnx.OnnxGraph.Value;
import dev.striate.compiler.onnx.OnnxNode;
import dev.striate.compiler.op.OnnxOp.Attribute;
import dev.striate.onnx.proto.Onnx.AttributeProto;
import dev.striate.onnx.proto.Onnx.GraphProto;
import dev.striate.onnx.proto.Onnx.ModelProto;
import dev.striate.onnx.proto.Onnx.NodeProto;
import dev.striate.onnx.proto.Onnx.OperatorSetIdProto;
import dev.striate.onnx.proto.Onnx.TensorProto;
import dev.striate.onnx.proto.Onnx.TensorShapeProto;
import dev.striate.onnx.proto.Onnx.TypeProto;
import dev.striate.onnx.proto.Onnx.ValueInfoProto;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.OutputFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/**
 * Writes ONNX files (<a href="https://onnx.ai/onnx/repo-docs/IR.html">specification</a>): a graph with all its weights, in
 * one file. The bytes depend on the arguments alone.
 */
public final class OnnxFile {
    /** The version of the format that came with the operators of {@link OnnxGraph#OPSET}. */
    private static final long FORMAT = 8;

    /** Protocol buffers end at 2 GiB; the nodes need some of it. */
    private static final long MOST_BYTES = Integer.MAX_VALUE - (64L << 20);

    private static final int BUFFER = 1 << 20;

    private OnnxFile() {}

    /**
     * Writes the file, replacing an existing one in one step once all is on the disk.
     *
     * @param weights the float32 values of a parameter by its name, row-major and little-endian
     * @param version the version of the program that writes
     * @throws DataException when the file cannot be written, or would be larger than the format allows
     */
    public static void write(Path path, OnnxGraph graph, Function<String, MemorySegment> weights, String version)
            throws DataException {
        long bytes = graph.parameters().stream()
                .mapToLong(p -> (long) Float.BYTES * p.shape().elements())
                .sum();
        if (bytes > MOST_BYTES) {
            throw DataException.in(
                    path,
                    "would need " + (bytes >> 20) + " MiB for the weights of " + graph.name()
                            + ", and an ONNX file has less than 2 GiB; make the net smaller");
        }
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(FORMAT)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OnnxGraph.OPSET))
                .setProducerName("striate")
                .setProducerVersion(version)
                .setGraph(graph(graph, weights))
                .build();
        OutputFile.replace(path, out -> {
            try (OutputStream stream = new BufferedOutputStream(stream(out), BUFFER)) {
                model.writeTo(stream);
            }
        });
    }

    private static OutputStream stream(OutputFile out) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                out.write(MemorySegment.ofArray(bytes).asSlice(from, count));
            }
        };
    }

    private static GraphProto graph(OnnxGraph graph, Function<String, MemorySegment> weights) {
        GraphProto.Builder proto = GraphProto.newBuilder().setName(graph.name()).setDocString(graph.doc());
        graph.inputs().forEach(v -> proto.addInput(value(v)));
        graph.outputs().forEach(v -> proto.addOutput(value(v)));
        graph.parameters().forEach(p -> proto.addInitializer(parameter(p, weights.apply(p.name()))));
        graph.constants().forEach(c -> proto.addInitializer(constant(c)));
        graph.nodes().forEach(n -> proto.addNode(node(n)));
        return proto.build();
    }

    private static ValueInfoProto value(Value value) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Dim dim : value.shape().dims()) {
            shape.addDim(
                    dim.asLong().isPresent()
                            ? TensorShapeProto.Dimension.newBuilder().setDimValue(dim.toInt())
                            : TensorShapeProto.Dimension.newBuilder().setDimParam(dim.toString()));
        }
        TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(value.name())
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    private static TensorProto parameter(Parameter p, MemorySegment values) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(p.name()).setDataType(TensorProto.DataType.FLOAT_VALUE);
        p.shape().toList().forEach(tensor::addDims);
        ByteString bytes = UnsafeByteOperations.unsafeWrap(values.asByteBuffer()); // nobody changes them meanwhile
        return tensor.setRawData(bytes).build();
    }

    private static TensorProto constant(Constant constant) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(constant.name());
        switch (constant) {
            case Constant.Floats f -> {
                f.shape().toList().forEach(tensor::addDims);
                tensor.setDataType(TensorProto.DataType.FLOAT_VALUE).addAllFloatData(f.values());
            }
            case Constant.Integers i ->
                tensor.setDataType(TensorProto.DataType.INT64_VALUE)
                        .addDims(i.values().size())
                        .addAllInt64Data(i.values());
        }
        return tensor.build();
    }

    private static NodeProto node(OnnxNode node) {
        NodeProto.Builder proto = NodeProto.newBuilder()
                .setOpType(node.op().type())
                .setName(node.result())
                .setDocString(node.place())
                .addAllInput(node.operands())
                .addOutput(node.result());
        for (Map.Entry<String, Attribute> a : node.op().attributes().entrySet()) {
            proto.addAttribute(attribute(a.getKey(), a.getValue()));
        }
        return proto.build();
    }

    private static AttributeProto attribute(String name, Attribute value) {
        AttributeProto.Builder proto = AttributeProto.newBuilder().setName(name);
        switch (value) {
            case Attribute.Whole(long v) ->
                proto.setType(AttributeProto.AttributeType.INT).setI(v);
            case Attribute.Real(float v) ->
                proto.setType(AttributeProto.AttributeType.FLOAT).setF(v);
            case Attribute.Text(String v) ->
                proto.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(v));
            case Attribute.Wholes w ->
                proto.setType(AttributeProto.AttributeType.INTS)
                        .addAllInts(w.values().stream().map(Integer::longValue).toList());
        }
        return proto.build();
    }
}
