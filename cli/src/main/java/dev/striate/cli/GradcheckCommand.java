package dev.striate.cli;

import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.eval.GradCheck;
import dev.striate.compiler.ir.Graph;
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
        boolean any = false;
        boolean ok = true;
        for (CompiledNet selected : Programs.select(Programs.compile(file, console), net)) {
            for (Graph.Result loss : selected.model().graph().results(Graph.Kind.LOSS)) {
                any = true;
                console.out().println(selected.qualifiedName() + ", " + loss.name());
                ok &= check(selected.model().graph(), loss.name());
            }
        }
        if (!any) {
            throw Failure.input(file + " has no loss to derive; write loss NAME = cross_entropy(OUTPUT, LABEL)");
        }
        return ok ? 0 : Failure.INPUT;
    }

    private boolean check(Graph graph, String loss) {
        Table table = new Table(List.of("gradient of", "result", "largest error", "elements", "at kinks"), 2);
        List<GradCheck.Result> results = GradCheck.check(graph, loss, seed);
        for (GradCheck.Result r : results) {
            table.add(
                    r.name(),
                    r.ok() ? "ok" : "WRONG",
                    String.format(Locale.ROOT, "%.1e", r.maxError()),
                    Integer.toString(r.checked()),
                    Integer.toString(r.kinks()));
        }
        console.out().print(table);
        console.out().flush();
        return results.stream().allMatch(GradCheck.Result::ok);
    }
}
