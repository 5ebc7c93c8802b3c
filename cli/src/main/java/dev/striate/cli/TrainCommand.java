package dev.striate.cli;

import dev.striate.cli.Selection.Selected;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.train.Samples;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code striate train}. */
@Command(
        name = "train",
        description = "Compiles a net, trains it and tests it; leaves weights, generated Java and a report.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate train examples/digits.cnn --set lr=0.1 --epochs 5")
final class TrainCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final Selection selection = new Selection();

    @Mixin
    private final Overrides overrides = new Overrides();

    @Mixin
    private final Machine machine = new Machine();

    @Mixin
    private final DataFolders folders = new DataFolders();

    @Option(names = "--out", paramLabel = "DIR", description = "Where the results go (default: out/NAME of the file).")
    private @Nullable Path out;

    @Option(
            names = "--devices",
            paramLabel = "D",
            description =
                    "How many GPUs share each batch (2), or which ones (0,2). They need the backend cuda and NCCL, and"
                            + " the batch must be a multiple of their number.")
    private @Nullable String devices;

    @Option(names = "--resume", description = "Goes on from the latest checkpoint in DIR, with the same other options.")
    private boolean resume;

    TrainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Selected selected = selection.select(console);
        Recipe recipe = overrides.apply(selected.recipe());
        Backend backend = devices == null ? machine.open(console) : machine.open(devices);
        OutputFolder output = out == null ? OutputFolder.defaultFor(selection.file()) : new OutputFolder(out);
        try (Arena arena = Arena.ofConfined()) {
            Samples samples = Samples.of(folders.open(recipe.data(), selection.file(), arena), recipe);
            Path folder = selection.file().resolveSibling("");
            return new TrainingRun(selected, recipe, backend, output, console).run(samples, folder, resume);
        }
    }
}
