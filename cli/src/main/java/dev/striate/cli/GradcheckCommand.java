package dev.striate.cli;

import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.eval.GradCheck;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code striate gradcheck}. */
@Command(
        name = "gradcheck",
        description = "Compares derived gradients with central differences in float64, per parameter and input.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate gradcheck examples/digits.cnn")
final class GradcheckCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "The .cnn file.")
    private Path file = Path.of("");

    @Option(names = "--net", paramLabel = "N", description = "The net (default: all that have a loss).")
    private @Nullable String net;

    @Option(names = "--seed", paramLabel = "S", description = "Decides weights, inputs and elements (default: 1).")
    private long seed = 1;

    GradcheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<CompiledNet> nets = Programs.select(Programs.compile(file, console), net).stream()
                .filter(n -> n.model().training() != null)
                .toList();
        if (nets.isEmpty()) {
            throw Failure.input(file + " has no net with a loss; write loss NAME = cross_entropy(OUTPUT, LABEL)");
        }
        boolean ok = true;
        for (CompiledNet selected : nets) {
            ok &= check(selected);
        }
        return ok ? 0 : Failure.INPUT;
    }

    private boolean check(CompiledNet selected) {
        Table table = new Table(List.of("gradient of", "result", "largest error", "elements"), 2);
        List<GradCheck.Result> results = GradCheck.check(selected.model(), seed);
        for (GradCheck.Result r : results) {
            table.add(
                    r.name(),
                    r.ok() ? "ok" : "WRONG",
                    String.format(Locale.ROOT, "%.1e", r.maxError()),
                    Integer.toString(r.checked()));
        }
        console.out().println(selected.qualifiedName());
        console.out().print(table);
        console.out().flush();
        return results.stream().allMatch(GradCheck.Result::ok);
    }
}
