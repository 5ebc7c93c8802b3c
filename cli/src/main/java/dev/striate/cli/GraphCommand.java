package dev.striate.cli;

import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.analyze.NetModel;
import dev.striate.picture.Direction;
import dev.striate.picture.NetPicture;
import dev.striate.picture.Options;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.OutputFile;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code striate graph}. */
@Command(
        name = "graph",
        description =
                "Draws a net as an SVG picture: operators as boxes, blocks and loops as groups, edges with shapes.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate graph examples/digits.cnn -o digits.svg")
final class GraphCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "The .cnn file.")
    private Path file = Path.of("");

    @Option(names = "--net", paramLabel = "N", description = "The net, where the file has several.")
    private @Nullable String net;

    @Option(names = "-o", paramLabel = "SVG", required = true, description = "The picture to write.")
    private Path picture = Path.of("");

    @Option(
            names = "--size",
            paramLabel = "RxC",
            description = "Rows and columns of the picture that the net takes, where it leaves them open"
                    + " (default: those of its contracts, or symbols).")
    private @Nullable String size;

    @Option(names = "--direction", paramLabel = "D", description = "down or right (default: down).")
    private Direction direction = Direction.DOWN;

    @Option(
            names = "--depth",
            paramLabel = "D",
            description = "Blocks within more than D others are drawn closed (default: as few as the picture can be"
                    + " looked at with).")
    private int depth = Options.AUTOMATIC;

    GraphCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws DataException {
        if (depth < Options.AUTOMATIC) {
            throw Failure.usage("--depth takes a number of at least 0, not " + depth);
        }
        CompiledNet selected = Programs.one(Programs.compile(file, console), net);
        String svg = NetPicture.svg(selected.model(), new Options(sizes(selected.model()), direction, depth));
        byte[] bytes = svg.getBytes(StandardCharsets.UTF_8);
        OutputFile.replace(picture, out -> out.write(MemorySegment.ofArray(bytes)));
        console.out().println(picture);
        return 0;
    }

    private Map<String, Long> sizes(NetModel model) {
        return size == null ? ContractSizes.of(model).orElse(Map.of()) : new ChosenSizes(model).of(size);
    }
}
