package dev.striate.cli;

import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.onnx.OnnxException;
import dev.striate.compiler.onnx.OnnxExport;
import dev.striate.compiler.onnx.OnnxGraph;
import dev.striate.compiler.onnx.OnnxGraph.Value;
import dev.striate.core.NetSpec;
import dev.striate.onnx.OnnxFile;
import dev.striate.runtime.backend.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code striate export}. */
@Command(
        name = "export",
        description = "Writes a net as it infers, with its weights, as an ONNX file of opset " + OnnxGraph.OPSET + ".",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate export examples/digits.cnn --weights out/digits/weights.safetensors -o digits.onnx")
final class ExportCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "The .cnn file.")
    private Path file = Path.of("");

    @Option(names = "--net", paramLabel = "N", description = "The net, where the file has several.")
    private @Nullable String net;

    @Option(names = "--weights", paramLabel = "W", description = "The weights, a safetensors file.")
    private @Nullable Path weights;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "In the place of --weights: the initial weights of a seed.")
    private @Nullable Long seed;

    @Option(names = "-o", paramLabel = "MODEL", required = true, description = "The ONNX file that is written.")
    private Path model = Path.of("");

    ExportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if ((weights == null) == (seed == null)) {
            throw Failure.usage("export takes --weights W, a file that `striate train` wrote, or --seed S for initial"
                    + " weights, and not both");
        }
        CompiledNet compiled = Programs.one(Programs.compile(file, console), net);
        OnnxGraph graph = graph(compiled);
        NetSpec spec = GeneratedCode.load(List.of(compiled)).getFirst().spec();
        Weights values = weights != null ? Weights.load(spec, weights) : Weights.init(spec, seed == null ? 0 : seed);
        OnnxFile.write(model, graph, values::of, Main.version());
        console.out()
                .println(model + ": opset " + OnnxGraph.OPSET + ", " + text(graph.inputs()) + " -> "
                        + text(graph.outputs()));
        return 0;
    }

    private static OnnxGraph graph(CompiledNet net) {
        try {
            return OnnxExport.of(net.model().graph());
        } catch (OnnxException e) {
            throw Failure.input(String.valueOf(e.getMessage()));
        }
    }

    private static String text(List<Value> values) {
        return values.stream().map(v -> v.name() + " " + v.shape()).collect(Collectors.joining(", "));
    }
}
