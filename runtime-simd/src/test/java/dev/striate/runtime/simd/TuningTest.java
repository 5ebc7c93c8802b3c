package dev.striate.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.Tuned;
import dev.striate.runtime.backend.Tuner;
import dev.striate.runtime.backend.cpu.Cpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measuring which kernel is the fastest, and keeping what came out. */
class TuningTest {
    private static final Sizes X = Sizes.of(2, 32, 10, 10);
    private static final Conv CONV = Conv.conv(32, 3, 3).pad(1);
    private static final List<Sizes> OPERANDS = List.of(X, Sizes.of(32, 32, 3, 3), Sizes.of(32));

    @TempDir
    private Path folder;

    /** Does nothing, and counts how often it is asked for. */
    private static final class Counting implements KernelFactory<Conv> {
        private int bound;

        @Override
        public Runnable bind(Conv kernel, Operands operands) {
            bound++;
            return () -> {};
        }
    }

    private Tuned<Conv> tuned(KernelFactory<Conv> first, KernelFactory<Conv> second) {
        return new Tuned<>(new Tuner(folder, "a machine"), Map.of("first", first, "second", second));
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    @Test
    void measuresOnceAndThenReads() throws IOException {
        Counting first = new Counting();
        Counting second = new Counting();
        tuned(first, second).workspace(CONV, OPERANDS);
        assertThat(List.of(first.bound, second.bound)).containsExactly(1, 1);
        assertThat(Files.readAllLines(file())).hasSize(2);
        tuned(first, second).workspace(CONV, OPERANDS);
        assertThat(List.of(first.bound, second.bound)).containsExactly(1, 1);
    }

    @Test
    void ignoresDamageWithOneLine() throws IOException {
        tuned(new Counting(), new Counting()).workspace(CONV, OPERANDS);
        String whole = Files.readString(file());
        for (String damaged : List.of("", "another\n", whole.replace('\t', ' '))) {
            Files.writeString(file(), damaged);
            Counting first = new Counting();
            List<String> log = log(() -> tuned(first, new Counting()).workspace(CONV, OPERANDS));
            assertThat(log).as(damaged).hasSize(2);
            assertThat(log.getFirst()).as(damaged).contains("measured anew");
            assertThat(log.getLast()).as(damaged).startsWith("measuring").endsWith(file().toString());
            assertThat(first.bound).as(damaged).isEqualTo(1);
            assertThat(log(() -> tuned(first, new Counting()).workspace(CONV, OPERANDS)))
                    .as(damaged)
                    .isEmpty();
        }
    }

    /** What is written to the log meanwhile. */
    private static List<String> log(Runnable action) {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.striate.runtime");
        logger.addHandler(handler);
        try {
            action.run();
        } finally {
            logger.removeHandler(handler);
        }
        return lines;
    }

    /** The CPU backend with choices that are kept in a folder. */
    private record Choosing(Backend cpu, Path folder) implements Backend {
        @Override
        public String name() {
            return cpu.name();
        }

        @Override
        public String description() {
            return cpu.description();
        }

        @Override
        public KernelTable kernels() {
            KernelTable table = cpu.kernels();
            new Tuning(table, Cpu.of(1)).add(new Tuner(folder, "a machine"));
            return table;
        }
    }

    @Test
    void writesNothingUnlessAsked() throws IOException {
        List<String> before = kept();
        KernelRun.of(CONV, 1, X).on(Backends.cpu(2));
        assertThat(kept()).isEqualTo(before);
    }

    /** The lines of all files that are kept for the user. */
    private static List<String> kept() throws IOException {
        if (!Files.exists(Tuning.folder())) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(Tuning.folder())) {
            for (Path file : files.sorted().toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines;
    }

    @Test
    void computesTheSameWhateverIsChosen() throws IOException {
        Sizes y = Sizes.of(2, 32, 10, 10);
        for (KernelRun run : List.of(
                KernelRun.of(CONV, 1, X),
                KernelRun.of(CONV.then(Pointwise.relu()), 2, X),
                KernelRun.of(ConvGradInput.convGradInput(CONV, X.toArray()), 3, y, Sizes.of(32, 32, 3, 3)),
                KernelRun.of(ConvGradWeight.convGradWeight(CONV), 4, y, X))) {
            float[] expected = run.on(Backends.reference());
            Backend choosing = new Choosing(Backends.cpu(2), folder);
            run.on(choosing);
            List<String> lines = Files.readAllLines(file());
            for (String name : List.of("library", "direct", "F4", "F2")) {
                Files.write(
                        file(), lines.stream().map(line -> chosen(line, name)).toList());
                assertThat(run.on(choosing))
                        .as("%s by %s", run.kernel(), name)
                        .usingComparatorWithPrecision(1e-3f)
                        .containsExactly(expected);
                assertThat(Files.readAllLines(file())).as("nothing is measured").allMatch(l -> isChosen(l, name));
            }
        }
    }

    private static String chosen(String line, String name) {
        return line.contains("\t") ? name + line.substring(line.indexOf('\t')) : line;
    }

    private static boolean isChosen(String line, String name) {
        return !line.contains("\t") || line.startsWith(name + "\t");
    }
}
