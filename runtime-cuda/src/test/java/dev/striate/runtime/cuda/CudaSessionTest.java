package dev.striate.runtime.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.Flatten;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Softmax;
import dev.striate.core.recipe.Precision;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Profiler;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.kernel.Style;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** In which order a session calls the driver and the libraries, and with which arguments. */
class CudaSessionTest {
    /** Convolution with relu, a fully connected layer, softmax. */
    private static final class Small extends NetSession {
        private final Step conv;
        private final Step flat;
        private final Step fc;
        private final Step shares;

        Small(Binder b) {
            super(b);
            b.format(1).source("small.cnn");
            Input image = b.at(2).input("image", 2, 3, 4, 4);
            conv = b.at(3).step("conv", Conv.conv(5, 3, 3).pad(1).then(Pointwise.relu()), image);
            flat = b.at(4).step("flat", Flatten.flatten(), conv);
            fc = b.at(5).step("fc", Fc.fc(10), flat);
            shares = b.at(6).step("shares", Softmax.softmax(), fc);
            b.output("shares", shares);
            b.bind();
        }

        @Override
        protected void steps() {
            conv.run();
            flat.run();
            fc.run();
            shares.run();
        }
    }

    /** The weights, which many messages would forget, and what libraries take. */
    private static final String LARGEST =
            "the largest in it are the weights fc.weight \\[10, 80\\] \\(3.1 KiB\\), the scratch"
                    + " memory of small.cnn:3: conv \\(1.\\d KiB\\), small.cnn:3: conv \\[2, 5, 4, 4\\] \\(0.6 KiB\\), (the"
                    + " scratch memory of small.cnn:5: fc \\(0.6 KiB\\), )?the weights conv.weight \\[5, 3, 3, 3\\] \\(0.5 KiB\\).*";

    private final RecordingCuda cuda = new RecordingCuda();
    private final Weights weights = Weights.zeros(Binder.spec("Small", Small::new));

    private static Backend backend(RecordingCuda on) {
        return backend(on, false);
    }

    private static Backend backend(RecordingCuda on, boolean debug) {
        return new CudaBackend(on.cuda(), new CodeCache(on.cuda(), null), Style.F32, debug, null);
    }

    private Small open(RecordingCuda on, boolean debug) {
        return new Small(backend(on, debug).binder(weights));
    }

    @Test
    void stepsAreDoneThenCapturedThenReplayed() {
        try (Small session = open(cuda, false)) {
            cuda.take();
            List<String> uploads = List.of("upload"); // the image
            List<String> steps = List.of("copy", "FORWARD,", "product", "softmax");
            List<String> fetched = List.of("download", "await");
            List<String> withWeights = List.of("upload", "await", "upload");
            assertThat(verbs(session)).isEqualTo(joined(withWeights, steps, fetched));
            assertThat(verbs(session)).isEqualTo(joined(uploads, steps, fetched));
            List<String> captured = joined(List.of("begin"), steps, List.of("end", "replay"), fetched);
            assertThat(verbs(session)).isEqualTo(joined(uploads, captured));
            assertThat(verbs(session)).isEqualTo(joined(uploads, List.of("replay"), fetched));
            weights.changed();
            assertThat(verbs(session)).isEqualTo(joined(withWeights, captured));
            weights.changed();
            assertThat(verbs(session)).isEqualTo(joined(withWeights, List.of("replay"), fetched));
        }
    }

    /** Each run gives the steps to the stream one by one, with an event before and one behind each. */
    @Test
    void stepsAreTimedByEventsOfTheirStream() {
        cuda.withWays(List.of(new RecordingCuda.Way(7, 700, 0)), List.of(new RecordingCuda.Way(0, 90, 0)));
        try (Profiler profiler = Profiler.open(backend(cuda), b -> new Small(b.binder(weights)))) {
            for (int run = 0; run < 4; run++) {
                cuda.take();
                long[] nanos = profiler.run();
                assertThat(nanos).containsExactly(700, 90, 0);
                assertThat(cuda.take().stream().map(CudaSessionTest::verb))
                        .containsSubsequence(
                                "record",
                                "FORWARD,",
                                "record",
                                "record",
                                "product",
                                "record",
                                "record",
                                "softmax",
                                "record",
                                "download",
                                "await")
                        .doesNotContain("begin", "replay");
            }
            assertThat(profiler.steps().stream().map(Profiler.TimedStep::chosen))
                    .containsExactly("cuDNN", "cuBLASLt", "softmax");
            cuda.take();
        }
        assertThat(cuda.take().stream().filter(call -> call.startsWith("forget")))
                .hasSize(6);
    }

    @SafeVarargs
    private static List<String> joined(List<String>... parts) {
        List<String> all = new ArrayList<>();
        for (List<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    /** What the next run calls. */
    private List<String> verbs(Small session) {
        session.run();
        return cuda.take().stream().map(CudaSessionTest::verb).toList();
    }

    private static String verb(String call) {
        return call.substring(0, (call + " ").indexOf(' '));
    }

    @Test
    void librariesAndKernelsGetTheirOperands() {
        try (Small session = open(cuda, false)) {
            List<String> opened = cuda.take();
            String values = number(opened, 0);
            session.run();
            assertThat(named(cuda.take(), number(opened, 1), values))
                    .containsExactly(
                            "upload 3800 to W",
                            "upload 384 to A",
                            "copy 20 from W+540 to B", // the library wants multiples of 16
                            "FORWARD, bias and relu of tensor [2, 3, 4, 4], filter [5, 3, 3, 3], window [1, 1, 1, 1, 1, 1,"
                                    + " 1], tensor [2, 5, 4, 4], tensor [1, 5, 1, 1] with A, W, B, C",
                            "product [10, 2, 80], a', bias with W+560, C, W+3760, B",
                            "softmax 1x256 on B, D",
                            "download 80 from D");
        }
    }

    /** A convolution, to whose result and bias the image is added. */
    private static final class Residual extends NetSession {
        private final Step conv;

        Residual(Binder b) {
            super(b);
            b.format(1).source("residual.cnn");
            Input image = b.at(2).input("image", 2, 3, 4, 4);
            Conv same = Conv.conv(3, 3, 3).pad(1);
            conv = b.at(3).step("conv", same.then(Pointwise.add()).then(Pointwise.relu()), image, image);
            b.output("y", conv);
            b.bind();
        }

        @Override
        protected void steps() {
            conv.run();
        }
    }

    @Test
    void sumBiasAndReluAreTheConvolutions() {
        RecordingCuda device = new RecordingCuda().withCapability(80);
        Weights own = Weights.zeros(Binder.spec("Residual", Residual::new));
        try (Residual session = new Residual(backend(device).binder(own))) {
            String values = number(device.take(), 0);
            session.run();
            assertThat(String.join("\n", device.take()))
                    .contains("FORWARD, sum, bias and relu of tensor [2, 3, 4, 4], filter [3, 3, 3, 3],")
                    .contains("tensor [1, 3, 1, 1] with ")
                    .contains("copy 12 from " + values + "+324 to ");
        }
        Backend half = backend(device).in(Precision.MIXED_FP16).orElseThrow();
        try (Residual session = new Residual(half.binder(own))) {
            device.take();
            session.run();
            assertThat(String.join("\n", device.take()))
                    .contains("FORWARD, sum, bias and relu of tensor FLOAT16 channels last [2, 3, 4, 4], ")
                    .contains("tensor FLOAT16 channels last [1, 3, 1, 1] with ");
        }
        Backend brain = backend(device).in(Precision.MIXED_BF16).orElseThrow();
        try (Residual session = new Residual(brain.binder(own))) {
            device.take();
            session.run();
            assertThat(device.take())
                    .as("a graph does it all; see GraphPlanTest")
                    .noneMatch(call -> call.startsWith("FORWARD") || call.startsWith("pointwise"))
                    .filteredOn(call -> call.startsWith("graph by 0 with 1 at "))
                    .hasSize(1);
        }
    }

    /** The calls on values, with letters for places in the arena, in the order of their first use, and W for the weights. */
    private static List<String> named(List<String> calls, String arena, String values) {
        Map<String, String> letters = new LinkedHashMap<>();
        List<String> named = new ArrayList<>();
        for (String call : calls) {
            String text = Pattern.compile("\\b" + arena + "(\\+\\d+)?(?=,|$)")
                    .matcher(call)
                    .replaceAll(place ->
                            letters.computeIfAbsent(place.group(), p -> "" + (char) ('A' + letters.size())));
            text = text.replaceAll("\\b" + values + "(?=,|\\+|$)", "W");
            if (text.matches(".*\\b[AW]\\b.*|.*, [A-D]") || text.endsWith(" D")) {
                named.add(text);
            }
        }
        return named;
    }

    /** An allocation of those that were not freed at once. */
    private static String number(List<String> calls, int allocation) {
        return calls.stream()
                .filter(c -> c.startsWith("allocate ") && !calls.contains(c.replace("allocate", "free")))
                .skip(allocation)
                .findFirst()
                .orElseThrow()
                .substring("allocate ".length());
    }

    @Test
    void mixedPrecisionKeepsCopiesOfWeightsThatAreMadeWhenTheyChange() {
        RecordingCuda device = new RecordingCuda().withCapability(80);
        Backend narrow = backend(device).in(Precision.MIXED_BF16).orElseThrow();
        try (Small session = new Small(narrow.binder(weights))) {
            session.run();
            String first = String.join("\n", device.take());
            assertThat(first).contains("graph by 0 with 1 at ").contains("product BFLOAT16 [10, 2, 80], a', bias");
            session.run();
            String second = String.join("\n", device.take());
            // The weights of the convolution and of the product; what remains are the image, and the map row by row,
            // twice.
            assertThat(copies(first)).isEqualTo(copies(second) + 2).isEqualTo(5);
            weights.changed();
            session.run();
            assertThat(copies(String.join("\n", device.take()))).isEqualTo(5);
        }
    }

    private static long copies(String calls) {
        return calls.lines().filter(call -> call.startsWith("gather ")).count();
    }

    @Test
    void mixedPrecisionIsRefusedWhereTheDeviceHasNone() {
        Backend old = backend(new RecordingCuda());
        assertThat(old.in(Precision.F32)).contains(old);
        assertThatIllegalStateException()
                .isThrownBy(() -> old.in(Precision.MIXED_BF16))
                .withMessage("mixed(bf16) needs a GPU of compute capability 8.0 or more, and this one has 7.5; take"
                        + " precision f32");
    }

    @Test
    void closingFreesEverything() {
        try (Small session = open(cuda, false)) {
            for (int run = 0; run < 3; run++) {
                session.run();
            }
        }
        List<String> calls = cuda.take();
        for (String kind : List.of("allocate", "pin")) {
            String free = kind.equals("pin") ? "unpin" : "free \\d+";
            assertThat(calls.stream().filter(c -> c.matches(free + ".*")).count())
                    .as(kind)
                    .isEqualTo(calls.stream().filter(c -> verb(c).equals(kind)).count());
        }
        assertThat(calls).contains("free stream", "free graph", "unload", "load code for 75");
        assertThat(calls)
                .filteredOn(c -> c.matches("free (tensor|filter|window|product).*"))
                .hasSize(6);
    }

    @Test
    void theFailureOfADeviceNamesTheLineWhenEveryStepIsWaitedFor() {
        try (Small session = open(cuda, true)) {
            session.run();
            cuda.failWith("cuStreamSynchronize failed: an illegal memory access was encountered");
            assertThatIllegalStateException()
                    .isThrownBy(session::run)
                    .withMessage("small.cnn:3: conv: cuStreamSynchronize failed: an illegal memory access was"
                            + " encountered");
            cuda.failWith("");
            session.run();
            assertThat(cuda.take()).doesNotContain("begin capture", "replay");
        }
    }

    /** In the run that is captured, too, where the end of the capture fails with it. */
    @Test
    void whatALibraryRefusesNamesItsLineAndTheSessionGoesOn() {
        try (Small session = open(cuda, false)) {
            for (int run = 0; run < 4; run++) {
                cuda.refuse(true);
                if (run < 2) {
                    assertThatExceptionOfType(DeviceException.class)
                            .isThrownBy(session::run)
                            .withMessage("small.cnn:3: conv: cudnnConvolutionForward failed: NOT_SUPPORTED");
                }
                cuda.refuse(false);
                weights.changed();
                cuda.take();
                session.run();
            }
            assertThat(cuda.take()).contains("replay").doesNotContain("begin capture");
        }
        assertThat(cuda.take()).contains("free graph", "free stream");
    }

    @Test
    void aLostDeviceIsClosedWithoutAnotherFailure() {
        try (Small session = open(cuda, false)) {
            session.run();
            cuda.failWith("cuStreamSynchronize failed: the device was lost");
            assertThatExceptionOfType(DeviceException.class)
                    .isThrownBy(session::run)
                    .withMessage("cuStreamSynchronize failed: the device was lost");
        }
    }

    @Test
    void tooLittleMemoryIsSaidWithTheLargestValues() {
        RecordingCuda small = new RecordingCuda().withMemory(100);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(small, false))
                .withMessageMatching(
                        "the session of small.cnn needs \\d\\.\\d KiB beside 3.7 KiB of weights, more than there is;"
                                + " the GPU has 0.0 GiB free of 0.1; choose a smaller batch; " + LARGEST);
        assertThat(small.take()).isNotEmpty().allMatch(call -> call.startsWith("free "));
    }

    /** There is room for the weights, but not for the rest. */
    @Test
    void tooLittleMemoryForTheArenaIsSaidLikewise() {
        RecordingCuda small = new RecordingCuda().withRoomFor(2); // for a rehearsal and the weights
        Backend wide = backend(small);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Small(wide.binder(weights)))
                .withMessageMatching(
                        "the session of small.cnn needs \\d\\.\\d KiB beside 3.7 KiB of weights, more .*" + LARGEST)
                .withCauseInstanceOf(OutOfMemoryError.class);
        assertThat(balance(small.take())).isZero();
    }

    /** Before anything was planned, of which the message then says only how much it is at least. */
    @Test
    void tooLittleMemoryForALibraryIsSaidLikewise() {
        RecordingCuda full = new RecordingCuda().withFullLibraries();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(full, false))
                .withMessageMatching(
                        "the session of small.cnn needs at least \\d\\.\\d KiB beside 3.7 KiB of weights, more than"
                                + " there is; cublasLtMatmulAlgoGetHeuristic failed: ALLOC_FAILED; choose a smaller batch; "
                                + LARGEST)
                .withCauseInstanceOf(OutOfMemoryError.class);
        assertThat(balance(full.take())).isZero();
    }

    /** How much more was allocated than freed. */
    private static long balance(List<String> calls) {
        return calls.stream().filter(call -> call.startsWith("allocate ")).count()
                - calls.stream().filter(call -> call.matches("free \\d+")).count();
    }

    @Test
    void whatIsMissingBesideASessionIsSaidLikewiseAndOnce() {
        try (Small session = open(cuda, false)) {
            OutOfMemoryError said = session.explained(new OutOfMemoryError("the GPU is full"), "the optimizer needs");
            assertThat(said)
                    .hasMessageMatching(
                            "the session of small.cnn takes \\d\\.\\d KiB beside 3.7 KiB of weights, and the"
                                    + " optimizer needs more; the GPU is full; choose a smaller batch; " + LARGEST);
            assertThat(session.explained(said, "something else needs")).isSameAs(said);
        }
    }

    @Test
    void tooLittleMemoryForTheGraphOfARunIsSaidLikewise() {
        try (Small session = open(cuda, false)) {
            session.run();
            session.run();
            cuda.withMemory(-1);
            assertThatExceptionOfType(OutOfMemoryError.class)
                    .isThrownBy(session::run)
                    .withMessageMatching(
                            "the session of small.cnn takes \\d\\.\\d KiB beside 3.7 KiB of weights, and a run of"
                                    + " it needs more; cuGraphInstantiate failed: out of memory; choose a smaller batch; "
                                    + LARGEST);
            cuda.withMemory(Long.MAX_VALUE);
            session.run();
        }
    }

    @Test
    void sessionsShareWeights() {
        Backend backend = new CudaBackend(cuda.cuda(), new CodeCache(cuda.cuda(), null), Style.F32, false, null);
        try (Small one = new Small(backend.binder(weights));
                Small other = new Small(backend.binder(weights))) {
            String values = number(cuda.take(), 0);
            List<Integer> uploads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                if (i == 2) {
                    weights.changed();
                }
                (i % 2 == 0 ? one : other).run();
                uploads.add(Collections.frequency(cuda.take(), "upload 3800 to " + values));
            }
            assertThat(uploads).containsExactly(1, 0, 1, 0);
        }
    }

    @Test
    void withoutADeviceTheProviderSaysWhatIsMissing() {
        CudaProvider provider = new CudaProvider();
        assertThat(provider.name()).isEqualTo("cuda");
        if (provider.whyNot().isEmpty()) {
            assertThat(provider.backend().name()).isEqualTo("cuda");
        } else {
            assertThat(provider.whyNot())
                    .matches(
                            "(.* is missing; install .*|the driver is for CUDA .*|there is no device \\(.*\\)|the GPU .*)");
            assertThatIllegalStateException().isThrownBy(provider::backend).withMessage(provider.whyNot());
        }
    }
}
