package dev.striate.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.compiler.Compiler;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.onnx.OnnxExport;
import dev.striate.compiler.onnx.OnnxGraph;
import dev.striate.compiler.source.SourceFile;
import dev.striate.core.Sizes;
import dev.striate.onnx.proto.Onnx.ModelProto;
import dev.striate.onnx.proto.Onnx.NodeProto;
import dev.striate.onnx.proto.Onnx.TensorProto;
import dev.striate.onnx.proto.Onnx.ValueInfoProto;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFileTest {
    private static final String TEXT = """
            net Halves {
              input image: f32[N, 3, H, W] where H % 4 == 0
              label scores: f32[N, 2, H / 2, W]
              image -> conv(2, 3, pad=1) -> dropout(0.5) -> max_pool(2x1) -> output map
              loss l = quadratic(map, scores)
            }
            """;

    @TempDir
    private Path folder;

    private static OnnxGraph graph() {
        var compilation = Compiler.compile(new SourceFile("halves.cnn", TEXT));
        assertThat(compilation.diagnostics().hasErrors()).isFalse();
        return OnnxExport.of(compilation.nets().getFirst().model().graph());
    }

    private Path write(String name) throws DataException {
        Path file = folder.resolve(name);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment weight = arena.allocate(ValueLayout.JAVA_FLOAT, 2 * 3 * 9);
            MemorySegment bias = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0.5f, -2);
            OnnxFile.write(file, graph(), path -> path.endsWith("bias") ? bias : weight, "1.2.3");
        }
        return file;
    }

    @Test
    void saysWhatTheNetIs() throws Exception {
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(write("halves.onnx")));
        assertThat(model.getProducerName()).isEqualTo("striate");
        assertThat(model.getProducerVersion()).isEqualTo("1.2.3");
        assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(18);
        assertThat(model.getGraph().getName()).isEqualTo("Halves");
        assertThat(model.getGraph().getDocString()).isEqualTo("H % 4 == 0 (halves.cnn:2)\n");
        assertThat(model.getGraph().getNodeList())
                .extracting(NodeProto::getOpType)
                .containsExactly("Conv", "MaxPool"); // neither label, loss nor what is for training
        assertThat(model.getGraph().getNodeList())
                .extracting(NodeProto::getDocString)
                .containsOnly("halves.cnn:4");
        TensorProto bias = model.getGraph().getInitializer(1);
        assertThat(bias.getName()).isEqualTo("conv1.bias");
        assertThat(bias.getRawData()
                        .asReadOnlyByteBuffer()
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .getFloat(4))
                .isEqualTo(-2);
    }

    @Test
    void keepsSymbolicSizes() throws Exception {
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(write("halves.onnx")));
        assertThat(shape(model.getGraph().getInput(0))).containsExactly("N", "3", "H", "W");
        assertThat(shape(model.getGraph().getOutput(0))).containsExactly("N", "2", "H/2", "W");
    }

    private static List<String> shape(ValueInfoProto value) {
        return value.getType().getTensorType().getShape().getDimList().stream()
                .map(d -> d.hasDimParam() ? d.getDimParam() : Long.toString(d.getDimValue()))
                .toList();
    }

    @Test
    void theSameNetGivesTheSameBytes() throws Exception {
        assertThat(write("one.onnx")).hasSameBinaryContentAs(write("two.onnx"));
    }

    @Test
    void moreThanTwoGigabytesAreRefusedBeforeTheyAreRead() {
        OnnxGraph.Parameter large = new OnnxGraph.Parameter("fc1.weight", Sizes.of(1 << 15, 1 << 14));
        OnnxGraph.Value x = new OnnxGraph.Value("x", Shape.of(Dim.N));
        OnnxGraph graph = new OnnxGraph("Huge", "", List.of(x), List.of(), List.of(large), List.of(), List.of());
        Path file = folder.resolve("huge.onnx");
        assertThatThrownBy(() -> OnnxFile.write(file, graph, path -> MemorySegment.NULL, "1"))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        file + ": would need 2048 MiB for the weights of Huge, and an ONNX file has less than 2 GiB;"
                                + " make the net smaller");
        assertThat(file).doesNotExist();
    }
}
