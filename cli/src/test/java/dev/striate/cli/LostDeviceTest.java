package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.striate.cli.Selection.Selected;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.data.DataSets;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.train.Samples;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A device that fails in the middle of a training run ends it with one sentence. */
class LostDeviceTest {
    private static final Path DIGITS = Path.of("../examples/digits.cnn");

    @TempDir
    Path folder = Path.of("");

    /** A backend whose losses can be computed so many times. */
    private record Failing(Backend backend, AtomicInteger left) implements Backend {
        @Override
        public String name() {
            return "failing";
        }

        @Override
        public String description() {
            return backend.description();
        }

        @Override
        public KernelTable kernels() {
            KernelTable table = backend.kernels();
            return table.add(CrossEntropy.class, new FailingLoss(table.get(CrossEntropy.class), left));
        }
    }

    private record FailingLoss(KernelFactory<CrossEntropy> own, AtomicInteger left)
            implements KernelFactory<CrossEntropy> {
        @Override
        public Runnable bind(CrossEntropy kernel, Operands operands) {
            Runnable loss = own.bind(kernel, operands);
            return () -> {
                if (left.decrementAndGet() < 0) {
                    throw new DeviceException("cuStreamSynchronize failed: the GPU has fallen off the bus");
                }
                loss.run();
            };
        }

        @Override
        public long workspace(CrossEntropy kernel, List<Sizes> operands) {
            return own.workspace(kernel, operands);
        }
    }

    /** What training the digits, of 45 steps an epoch, ends with. */
    private Failure failure(int steps, int everyEpochs) throws Exception {
        AtomicInteger left = new AtomicInteger(steps);
        return catchThrowableOfType(Failure.class, () -> train(left, everyEpochs));
    }

    private int train(AtomicInteger left, int everyEpochs) throws Exception {
        Selection selection = CommandLine.populateCommand(new Selection(), DIGITS.toString());
        Console console = Console.plain(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
        Selected selected = selection.select(console);
        Recipe recipe = everyEpochs == 0 ? selected.recipe() : selected.recipe().checkpoint(everyEpochs, 1);
        Backend backend = new Failing(Backends.cpu(1), left);
        try (Arena arena = Arena.ofConfined()) {
            Splits splits = DataSets.open("digits", Map.of(), List.of(), arena);
            TrainingRun run = new TrainingRun(selected, recipe, backend, new OutputFolder(folder), console);
            return run.run(Samples.of(splits, recipe), DIGITS.resolveSibling(""), false);
        }
    }

    @Test
    void theLastCheckpointIsNamed() throws Exception {
        Failure failure = failure(50, 1);
        assertThat(failure.status()).isEqualTo(Failure.MACHINE);
        assertThat(failure.sentence())
                .startsWith(
                        "the device failed: cuStreamSynchronize failed: the GPU has fallen off the bus; go on from ")
                .endsWith("step-00000045.safetensors with the same command and --resume");
    }

    /** Training is done then, and nothing of it is lost. */
    @Test
    void inTheFinalTestTheWeightsAreNamed() throws Exception {
        AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        assertThat(train(left, 0)).isZero();
        Failure failure = failure(Integer.MAX_VALUE - left.get() - 1, 0); // the last batch of the test set
        assertThat(failure.status()).isEqualTo(Failure.MACHINE);
        Path weights = folder.resolve("weights.safetensors");
        assertThat(failure.sentence())
                .isEqualTo(
                        "the device failed: cuStreamSynchronize failed: the GPU has fallen off the bus; training is done,"
                                + " and the weights are in " + weights + ", which `striate eval` tests");
        assertThat(weights).exists();
    }

    @Test
    void withoutACheckpointItSaysHowThereWouldBeOne() throws Exception {
        assertThat(failure(5, 0).sentence())
                .endsWith(
                        "; there is no checkpoint to go on from, which `checkpoint every=1 epoch` in the recipe writes");
    }
}
