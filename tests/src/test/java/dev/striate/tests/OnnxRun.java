package dev.striate.tests;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.onnx.OnnxGraph;
import dev.striate.core.Sizes;
import dev.striate.onnx.OnnxFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** An ONNX file in ONNX Runtime. */
final class OnnxRun implements AutoCloseable {
    private static final OrtEnvironment RUNTIME =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "tests");

    private final OrtSession session;

    private OnnxRun(Path file) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            session = RUNTIME.createSession(file.toString(), options);
        }
    }

    /** A graph with weights from memory; {@code folder} takes the file. */
    static OnnxRun of(OnnxGraph graph, Function<String, MemorySegment> weights, Path folder)
            throws IOException, OrtException {
        OnnxRules.check(graph);
        Path file = folder.resolve("net.onnx");
        OnnxFile.write(file, graph, weights, "test");
        return new OnnxRun(file);
    }

    /** A graph with weights that stand, with others, under their names in a map. */
    static OnnxRun of(OnnxGraph graph, Map<String, Nd> weights, Path folder) throws IOException, OrtException {
        try (Arena arena = Arena.ofConfined()) {
            return of(graph, name -> floats(requireNonNull(weights.get(name), name), arena), folder);
        }
    }

    private static MemorySegment floats(Nd value, Arena arena) {
        MemorySegment floats = arena.allocate(ValueLayout.JAVA_FLOAT, value.size());
        for (int i = 0; i < value.size(); i++) {
            floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value.get(i));
        }
        return floats;
    }

    /** All outputs for values of the inputs. */
    Map<String, Nd> run(Map<String, Nd> inputs) throws OrtException {
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            for (Map.Entry<String, Nd> input : inputs.entrySet()) {
                tensors.put(input.getKey(), tensor(input.getValue()));
            }
            Map<String, Nd> outputs = new HashMap<>();
            try (OrtSession.Result result = session.run(tensors)) {
                result.forEach(o -> outputs.put(o.getKey(), nd((OnnxTensor) o.getValue())));
            }
            return outputs;
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor tensor(Nd value) throws OrtException {
        FloatBuffer elements = FloatBuffer.allocate(value.size());
        for (int i = 0; i < value.size(); i++) {
            elements.put(i, (float) value.get(i));
        }
        long[] shape = Arrays.stream(value.shape().toArray()).asLongStream().toArray();
        return OnnxTensor.createTensor(RUNTIME, elements, shape);
    }

    private static Nd nd(OnnxTensor tensor) {
        int[] shape = Arrays.stream(tensor.getInfo().getShape())
                .mapToInt(Math::toIntExact)
                .toArray();
        FloatBuffer elements = tensor.getFloatBuffer();
        return Nd.of(Sizes.of(shape), elements::get);
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
