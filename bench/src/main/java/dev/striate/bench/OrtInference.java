package dev.striate.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.onnx.OnnxExport;
import dev.striate.onnx.OnnxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * ONNX Runtime on the exported net: all graph optimizations, sizes known when the session is opened, and its threads
 * spinning as is its default. Inputs and outputs lie in direct buffers that are bound once.
 */
final class OrtInference implements Contestant {
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();
    private final List<FloatBuffer> results = new ArrayList<>();

    /**
     * Exports the net and opens it.
     *
     * @throws OrtException when ONNX Runtime does not take it
     */
    OrtInference(Subject subject, Data data, int threads) throws IOException, OrtException {
        OrtEnvironment runtime = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "bench");
        Path file = Files.createTempFile("striate-bench", ".onnx");
        try (SessionOptions options = new SessionOptions()) {
            OnnxFile.write(
                    file,
                    OnnxExport.of(subject.compiled().model().graph()),
                    subject.create().weights()::of,
                    "bench");
            options.setIntraOpNumThreads(threads);
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            for (Map.Entry<String, Long> size : subject.sizes().entrySet()) {
                options.setSymbolicDimensionValue(size.getKey(), size.getValue());
            }
            session = runtime.createSession(file.toString(), options);
        } finally {
            Files.delete(file);
        }
        for (Node input : subject.inference().sources(Source.Input.class)) {
            FloatBuffer values =
                    direct(input, subject).put(data.floats(input.path())).rewind();
            inputs.put(input.path(), OnnxTensor.createTensor(runtime, values, shape(input, subject)));
        }
        List<String> names = List.copyOf(session.getOutputNames());
        for (int i = 0; i < names.size(); i++) {
            Node output = subject.outputs().get(i);
            FloatBuffer values = direct(output, subject);
            results.add(values);
            outputs.put(names.get(i), OnnxTensor.createTensor(runtime, values, shape(output, subject)));
        }
    }

    private static FloatBuffer direct(Node node, Subject subject) {
        int elements = node.shape().at(subject.sizes()).elements();
        return ByteBuffer.allocateDirect(Float.BYTES * elements)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static long[] shape(Node node, Subject subject) {
        return Arrays.stream(node.shape().at(subject.sizes()).toArray())
                .asLongStream()
                .toArray();
    }

    @Override
    public String name() {
        return "ONNX Runtime " + version();
    }

    /** Such as {@code 1.29.0}. */
    static String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    @Override
    public String settings() {
        return "all graph optimizations, fixed sizes, bound inputs and outputs, spinning threads";
    }

    @Override
    public void run() {
        try {
            session.run(inputs, Set.of(), outputs).close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime fails: " + e.getMessage(), e);
        }
    }

    @Override
    public float[] result() {
        return Results.join(results.stream().map(OrtInference::elements).toList());
    }

    private static float[] elements(FloatBuffer values) {
        float[] elements = new float[values.capacity()];
        values.get(0, elements);
        return elements;
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime fails: " + e.getMessage(), e);
        }
    }
}
