package dev.striate.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.plan.Summary;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
    private static final List<String> HEAD = List.of("layer", "output", "params", "MACs", "field", "memory");

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
            description = "Rows and columns of the picture, where the net leaves them open (default: small ones).")
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
        Map<String, String> headings = new LinkedHashMap<>();
        for (CompiledNet selected : Programs.select(Programs.compile(file, console), net)) {
            ChosenSizes chosen = new ChosenSizes(selected.model());
            Map<String, Long> sizes = new LinkedHashMap<>(chosen.of(size));
            String name = selected.qualifiedName();
            headings.put(name, name + " at N = " + batch + (chosen.isFixed() ? "" : ", " + chosen.text(sizes)));
            sizes.put("N", (long) batch);
            try {
                summaries.put(name, Summary.of(selected.model(), sizes));
            } catch (IllegalArgumentException e) {
                throw Failure.input(selected.qualifiedName() + " at batch " + batch + ": " + e.getMessage());
            }
        }
        if (json) {
            console.out()
                    .println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(summaries));
        } else {
            summaries.forEach((name, summary) -> print(headings.getOrDefault(name, name), summary));
        }
        return 0;
    }

    private void print(String heading, Summary summary) {
        Table table = new Table(HEAD, 2);
        for (Summary.Row row : summary.rows()) {
            table.add(
                    row.path(),
                    row.shape(),
                    grouped(row.params()),
                    grouped(row.macs()),
                    row.field() == null ? "" : row.field(),
                    bytes(row.bytes()));
        }
        console.out().println(heading);
        console.out().print(table);
        console.out()
                .println("total: " + grouped(summary.params()) + " parameters" + plus(summary.statistics()) + ", "
                        + grouped(summary.macs())
                        + " MACs; memory: " + bytes(summary.inferenceBytes()) + " for inference, "
                        + bytes(summary.trainingBytes()) + " for training");
        console.out().flush();
    }

    private static String plus(long statistics) {
        return statistics == 0 ? "" : " plus " + grouped(statistics) + " running statistics";
    }

    private static String grouped(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String bytes(long n) {
        if (n < 1 << 10) {
            return n + " B";
        }
        return n < 1 << 20
                ? String.format(Locale.ROOT, "%.1f KiB", n / 1024.0)
                : String.format(Locale.ROOT, "%,.1f MiB", n / 1048576.0);
    }
}
