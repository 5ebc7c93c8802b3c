package dev.striate.cli;

import dev.striate.cli.GeneratedCode.Generated;
import dev.striate.core.Sizes;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.Codes;
import dev.striate.runtime.data.Picture;
import dev.striate.runtime.io.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code striate features}. */
@Command(
        name = "features",
        description =
                "Writes what a net computes of pictures at some value: CNN codes, as an array [pictures, …] of NumPy's"
                        + " format, with the names of the pictures in a .txt beside it.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer =
                "  striate features examples/digits.cnn --weights out/digits/weights.safetensors --at flatten1 pictures"
                        + " -o codes.npy")
final class FeaturesCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "FILE", description = "The .cnn file.")
    private Path file = Path.of("");

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "The pictures, or folders of them.")
    private List<Path> images = List.of();

    @Option(names = "--net", paramLabel = "N", description = "The net, where the file has several.")
    private @Nullable String net;

    @Option(names = "--weights", paramLabel = "W", required = true, description = "The weights, a safetensors file.")
    private Path weights = Path.of("");

    @Option(
            names = "--at",
            paramLabel = "PATH",
            required = true,
            description = "The value: the path of a layer, a block or a label.")
    private String path = "";

    @Option(names = "-o", paramLabel = "NPY", required = true, description = "The array to write.")
    private Path output = Path.of("");

    @Option(
            names = "--size",
            paramLabel = "RxC",
            description = "Rows and columns to bring pictures to, where the net leaves them open (default: their own).")
    private @Nullable String size;

    @Mixin
    private final Serving serving = new Serving();

    @Mixin
    private final Machine machine = new Machine();

    @Mixin
    private final PrecisionOption precision = new PrecisionOption();

    FeaturesCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Tap tap = Tap.at(path, Programs.one(Programs.compile(file, console), net));
        List<Path> pictures = pictures();
        Generated generated = GeneratedCode.load(List.of(tap.net())).get(0);
        Net loaded = generated.create(Weights.load(generated.spec(), weights));
        PictureRuns runs = new PictureRuns(loaded, tap.net().model(), serving.of(generated));
        List<Sizes> shapes = new ArrayList<>();
        List<float[]> values =
                runs.run(pictures, tap.output(), size, precision.of(machine.open(console)), console, output -> {
                    int[] all = output.shape().toArray();
                    shapes.add(Sizes.of(all.length == 1 ? new int[] {1} : Arrays.copyOfRange(all, 1, all.length)));
                });
        if (shapes.stream().distinct().count() > 1) {
            throw Failure.input("the pictures have different sizes, and so have their codes: " + shapes.getFirst()
                    + " and others; bring them to one with --size");
        }
        List<String> names = pictures.stream().map(Path::toString).toList();
        new Codes(names, shapes.getFirst(), values).write(output);
        console.out().println(output);
        return 0;
    }

    private List<Path> pictures() throws DataException {
        List<Path> all = new ArrayList<>();
        for (Path image : images) {
            if (Files.isDirectory(image)) {
                all.addAll(Picture.inFolder(image));
            } else {
                all.add(image);
            }
        }
        return all;
    }
}
