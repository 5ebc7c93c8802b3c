package dev.striate.runtime.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.Flatten;
import dev.striate.core.recipe.Precision;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.Tuner;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.RecordingCuda.Way;
import dev.striate.runtime.cuda.driver.RefusedException;
import dev.striate.runtime.cuda.kernel.Style;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measuring which algorithms of the libraries are the fastest on a device, and keeping what came out. */
class CudaTuningTest {
    /** The library would take the first; the second is refused, the third the fastest, and the last takes too much memory. */
    private static final List<Way> CONVOLUTIONS =
            List.of(new Way(7, 500, 1000), new Way(5, -1, 0), new Way(1, 100, 2000), new Way(4, 10, 1L << 40));

    private static final List<Way> PRODUCTS = List.of(new Way(0, 300, 500), new Way(1, 200, 0), new Way(2, 400, 0));

    private static final class Small extends NetSession {
        private final List<Step> all;

        Small(Binder b) {
            super(b);
            b.format(1).source("small.cnn");
            Input image = b.at(2).input("image", 2, 3, 4, 4);
            Step conv = b.at(3).step("conv", Conv.conv(5, 3, 3).pad(1), image);
            Step flat = b.at(4).step("flat", Flatten.flatten(), conv);
            Step fc = b.at(5).step("fc", Fc.fc(10), flat);
            all = List.of(conv, flat, fc);
            b.output("y", fc);
            b.bind();
        }

        @Override
        protected void steps() {
            all.forEach(Step::run);
        }
    }

    private final Weights weights = Weights.zeros(Binder.spec("Small", Small::new));

    @TempDir
    private Path folder;

    @BeforeEach
    void asks() {
        System.setProperty(Tuner.PROPERTY, "true");
    }

    @AfterEach
    void asksNoMore() {
        System.clearProperty(Tuner.PROPERTY);
    }

    private static RecordingCuda device() {
        return new RecordingCuda().withWays(CONVOLUTIONS, PRODUCTS);
    }

    /** What is called to open, run and close a session. */
    private List<String> calls(RecordingCuda cuda, Style style) {
        return calls(cuda, backend(cuda, style));
    }

    private CudaBackend backend(RecordingCuda cuda, Style style) {
        return new CudaBackend(cuda.cuda(), new CodeCache(cuda.cuda(), null), style, false, folder);
    }

    private List<String> calls(RecordingCuda cuda, Backend backend) {
        try (Small session = new Small(backend.binder(weights))) {
            cuda.calls.add("opened");
            session.run();
        }
        return cuda.take();
    }

    private static long measured(List<String> calls) {
        return calls.stream().filter(call -> call.startsWith("record")).count();
    }

    private static List<String> run(List<String> calls) {
        return calls.subList(calls.indexOf("opened"), calls.size()).stream()
                .filter(call -> call.startsWith("FORWARD") || call.startsWith("product"))
                .map(call -> call.replaceAll(" of .*| with .*", ""))
                .toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    /** The fastest two may give other bits each time. */
    @Test
    void inTheDeterministicModeProductsAreNotAddedUpInTheirResultsPlace() {
        List<Way> ways = List.of(new Way(0, 300, 500, false), new Way(1, 200, 0, false), new Way(2, 400, 0));
        for (boolean deterministic : new boolean[] {false, true}) {
            for (boolean measures : new boolean[] {false, true}) {
                System.setProperty(Tuner.PROPERTY, Boolean.toString(measures));
                RecordingCuda cuda = new RecordingCuda().withWays(CONVOLUTIONS, ways);
                cuda.graphs.deterministic = deterministic;
                String by = deterministic ? " by 2" : measures ? " by 1" : "";
                assertThat(run(calls(cuda, Style.F32))).last().isEqualTo("product [10, 2, 80], a', bias" + by);
            }
        }
    }

    @Test
    void theFastestOfTheLibrariesAlgorithmsIsTakenAndKept() throws IOException {
        List<String> first = calls(device(), Style.F32);
        assertThat(run(first)).containsExactly("FORWARD by 1", "product [10, 2, 80], a', bias by 1");
        // Two of three ways were done once and ten times more, three of three likewise.
        assertThat(measured(first)).isEqualTo(2 * (2 * 11 + 3 * 11) + 1);
        assertThat(Files.readAllLines(files().getFirst()))
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).startsWith("1\tFORWARD of ConvSizes[n=2, c=3, f=5"))
                .anySatisfy(line -> assertThat(line).startsWith("1\tProduct[m=10, n=2, k=80"));
        List<String> second = calls(device(), Style.F32);
        assertThat(measured(second)).as("in the next process").isZero();
        assertThat(run(second)).isEqualTo(run(first));
    }

    @Test
    void devicesThatShareBatchesTakeTheFastestToo() {
        for (Precision precision : List.of(Precision.F32, Precision.MIXED_FP16)) {
            RecordingCuda cuda = device();
            CudaBackend own = backend(cuda, Style.F32);
            Backend both = new CudaDevices(List.of(own, own), () -> List.of(cuda, cuda), CudaDevices.BUCKET)
                    .in(precision)
                    .orElseThrow();
            for (int i = 0; i < 2; i++) {
                assertThat(run(calls(cuda, both.part(i, 4).backend())))
                        .allSatisfy(call -> assertThat(call).endsWith(" by 1"))
                        .hasSize(2);
            }
        }
    }

    @Test
    void measuringLeavesNothingOpen() {
        List<String> calls = calls(device(), Style.F32);
        List<String> taken =
                calls.stream().filter(c -> c.startsWith("allocate ")).toList();
        assertThat(calls)
                .containsAll(
                        taken.stream().map(c -> c.replace("allocate", "free")).toList());
        assertThat(calls.stream().filter(c -> c.startsWith("event ")).toList()).hasSize(4);
        assertThat(calls.stream().filter(c -> c.startsWith("forget ")).toList()).hasSize(4);
        assertThat(Collections.frequency(calls, "free stream")).isEqualTo(4);
    }

    @Test
    void whatADeviceDoesInAnotherStyleOrByAnotherVersionIsMeasured() throws IOException {
        long once = measured(calls(device(), Style.F32));
        assertThat(measured(calls(device(), Style.TF32))).as("another style").isEqualTo(once);
        assertThat(files()).hasSize(1);
        assertThat(measured(calls(device().withVersion("2"), Style.F32))).isEqualTo(once);
        assertThat(files()).as("another version").hasSize(2);
    }

    @Test
    void damagedFilesAreReplaced() throws IOException {
        long once = measured(calls(device(), Style.F32));
        Path file = files().getFirst();
        String whole = Files.readString(file);
        for (String damaged : List.of("", "another\n", whole.replace('\t', ' '), whole.replace("1\t", "9\t"))) {
            Files.writeString(file, damaged);
            assertThat(measured(calls(device(), Style.F32))).as(damaged).isEqualTo(once);
            assertThat(Files.readString(file)).isEqualTo(whole);
        }
    }

    @Test
    void nothingIsMeasuredUnlessAsked() {
        System.clearProperty(Tuner.PROPERTY);
        List<String> calls = calls(device(), Style.F32);
        assertThat(measured(calls)).isZero();
        assertThat(run(calls)).containsExactly("FORWARD", "product [10, 2, 80], a', bias");
        assertThat(folder).isEmptyDirectory();
    }

    /** The library's first takes too much; where all do, the one that takes the least. */
    @Test
    void whatTakesTooMuchMemoryIsNotTaken() {
        System.clearProperty(Tuner.PROPERTY);
        List<Way> ways = List.of(new Way(6, 1, 1L << 40), new Way(5, 1, 1L << 29), new Way(4, 1, 0));
        RecordingCuda cuda = new RecordingCuda().withWays(ways, PRODUCTS);
        assertThat(run(calls(cuda, Style.F32))).contains("FORWARD by 5");
        List<Way> large = List.of(new Way(6, 1, 1L << 40), new Way(5, 1, 1L << 30), new Way(4, 1, 1L << 31));
        cuda = new RecordingCuda().withWays(large, PRODUCTS);
        assertThat(run(calls(cuda, Style.F32))).contains("FORWARD by 5");
    }

    /** The heuristics name first what is then refused. */
    @Test
    void theFirstIsTakenThatIsNotRefused() {
        System.clearProperty(Tuner.PROPERTY);
        List<Way> ways = List.of(new Way(6, -1, 0), new Way(5, -1, 1000), new Way(4, 10, 2000), new Way(3, 1, 0));
        RecordingCuda cuda = new RecordingCuda().withWays(ways, PRODUCTS);
        List<String> calls = calls(cuda, Style.F32);
        assertThat(run(calls)).contains("FORWARD by 4");
        assertThat(calls.subList(0, calls.indexOf("opened"))).containsSubsequence("await", "free stream");
        List<String> freed = calls.stream().filter(c -> c.startsWith("free ")).toList();
        assertThat(calls.stream().filter(c -> c.startsWith("allocate ")).map(c -> c.replace("allocate", "free")))
                .isSubsetOf(freed);
    }

    @Test
    void whatIsRefusedInEveryWayIsAKernelOfOurs() {
        for (String tunes : List.of("true", "false")) {
            System.setProperty(Tuner.PROPERTY, tunes);
            for (List<Way> ways :
                    List.of(List.of(new Way(6, -1, 0), new Way(5, -1, 1000)), List.of(new Way(7, -1, 0)))) {
                RecordingCuda cuda = new RecordingCuda().withWays(ways, PRODUCTS);
                List<String> calls = calls(cuda, Style.F32);
                assertThat(run(calls)).hasSize(1).first().asString().startsWith("product");
                assertThat(calls.subList(calls.indexOf("opened"), calls.size()))
                        .anySatisfy(call -> assertThat(call).startsWith("conv 1x256 on"));
                assertThat(calls)
                        .as("descriptors")
                        .anySatisfy(c -> assertThat(c).startsWith("free window"));
            }
        }
    }

    @Test
    void whatWasPreparedIsFreedWhereTheNextIsRefused() {
        RecordingCuda cuda = new RecordingCuda().withWays(CONVOLUTIONS, List.of());
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> calls(cuda, Style.F32))
                .withMessageContaining("for a product");
        assertThat(cuda.take()).anySatisfy(call -> assertThat(call).startsWith("free window"));
    }

    @Test
    void withoutMemoryToMeasureTheLibrarysChoiceIsTaken() {
        List<Way> large = List.of(new Way(7, 500, 1000), new Way(1, 100, 1 << 28));
        RecordingCuda cuda = new RecordingCuda().withWays(large, PRODUCTS).withMemory(1 << 27);
        assertThat(run(calls(cuda, Style.F32))).containsExactly("FORWARD", "product [10, 2, 80], a', bias by 1");
    }
}
