package dev.striate.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.plan.Summary;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code striate summary}. */
@Command(
        name = "summary",
        description = "Per layer: output shape, parameters, multiply-adds, receptive field / stride / offset, memory.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate summary examples/digits.cnn --batch 32")
final class SummaryCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "The .cnn file.")
    private Path file = Path.of("");

    @Option(names = "--net", paramLabel = "N", description = "The net (default: all).")
    private @Nullable String net;

    @Option(names = "--batch", paramLabel = "B", description = "The number of samples, N (default: 1).")
    private int batch = 1;

    @Option(
            names = "--size",
            paramLabel = "RxC",
            description = "Rows and columns of the picture, where the net leaves them open (default: those of its"
                    + " contracts, else small ones).")
    private @Nullable String size;

    @Option(names = "--json", description = "As JSON: one object per net.")
    private boolean json;

    SummaryCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        if (batch < 1) {
            throw Failure.usage("--batch takes a number of at least 1, not " + batch);
        }
        Map<String, Summary> summaries = new LinkedHashMap<>();
        for (CompiledNet selected : Programs.select(Programs.compile(file, console), net)) {
            summaries.put(selected.qualifiedName(), summary(selected.model()));
        }
        if (json) {
            console.out()
                    .println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(summaries));
        } else {
            summaries.forEach((name, summary) -> SummaryText.print(name, summary, size != null, console));
        }
        return 0;
    }

    private Summary summary(NetModel model) {
        ChosenSizes chosen = new ChosenSizes(model);
        Map<String, Long> sizes = new LinkedHashMap<>(
                size == null ? ContractSizes.of(model).orElseGet(() -> chosen.of(null)) : chosen.of(size));
        sizes.put("N", (long) batch);
        try {
            return Summary.of(model, sizes);
        } catch (IllegalArgumentException e) {
            throw Failure.input(model.qualifiedName() + " at batch " + batch + ": " + e.getMessage());
        }
    }
}
