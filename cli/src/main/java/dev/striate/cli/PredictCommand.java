package dev.striate.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.striate.cli.GeneratedCode.Generated;
import dev.striate.compiler.CompiledNet;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code striate predict}. */
@Command(
        name = "predict",
        description = "The most probable classes of pictures: PNG, JPEG or PGM, grey or colour, of any size.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate predict examples/digits.cnn --weights out/digits/weights.safetensors three.png")
final class PredictCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "FILE", description = "The .cnn file.")
    private Path file = Path.of("");

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "The pictures.")
    private List<Path> images = List.of();

    @Option(names = "--net", paramLabel = "N", description = "The net, where the file has several.")
    private @Nullable String net;

    @Option(names = "--weights", paramLabel = "W", required = true, description = "The weights, a safetensors file.")
    private Path weights = Path.of("");

    @Option(names = "--output", paramLabel = "O", description = "The output to read, where the net has several.")
    private @Nullable String output;

    @Option(
            names = "--size",
            paramLabel = "RxC",
            description = "Rows and columns to bring pictures to, where the net leaves them open (default: their own).")
    private @Nullable String size;

    @Option(names = "--top", paramLabel = "K", description = "How many classes to show for each picture (default: 5).")
    private int top = 5;

    @Option(names = "--json", description = "As JSON: one object per picture.")
    private boolean json;

    @Mixin
    private final Serving serving = new Serving();

    @Mixin
    private final Machine machine = new Machine();

    @Mixin
    private final PrecisionOption precision = new PrecisionOption();

    PredictCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (top < 1) {
            throw Failure.usage("--top takes a number of at least 1, not " + top);
        }
        CompiledNet selected = Programs.one(Programs.compile(file, console), net);
        Generated generated = GeneratedCode.load(List.of(selected)).get(0);
        Net loaded = generated.create(Weights.load(generated.spec(), weights));
        Predictor predictor = new Predictor(loaded, generated.source().model(), output, serving.of(generated));
        List<float[]> probabilities =
                predictor.probabilities(images, size, precision.of(machine.open(console)), console);
        if (json) {
            console.out()
                    .println(new ObjectMapper()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(report(probabilities)));
        } else {
            print(probabilities);
        }
        return 0;
    }

    private List<Map<String, Object>> report(List<float[]> probabilities) {
        List<Map<String, Object>> report = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            Map<String, Object> picture = new LinkedHashMap<>();
            picture.put("image", images.get(i).toString());
            picture.put("top", Predictor.top(probabilities.get(i), top));
            report.add(picture);
        }
        return report;
    }

    private void print(List<float[]> probabilities) {
        Table table = new Table(List.of("image", "class", "probability"), 1);
        for (int i = 0; i < images.size(); i++) {
            for (Predictor.Guess guess : Predictor.top(probabilities.get(i), top)) {
                table.add(
                        images.get(i).toString(),
                        Integer.toString(guess.index()),
                        String.format(Locale.ROOT, "%.4f", guess.probability()));
            }
        }
        console.out().print(table);
        console.out().flush();
    }
}
