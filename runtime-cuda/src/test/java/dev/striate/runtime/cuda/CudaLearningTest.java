package dev.striate.runtime.cuda;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.core.kernel.Fill;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.backend.Learning;
import dev.striate.runtime.backend.Totals;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.driver.Collective;
import dev.striate.runtime.cuda.kernel.Style;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** In which order a session that trains calls the driver when nobody waits for its runs. */
class CudaLearningTest {
    private final RecordingCuda cuda = new RecordingCuda();
    private final Weights weights = Weights.zeros(Binder.spec("Learner", Learner::new));

    private Learner open() {
        return open(Style.F32);
    }

    private Learner open(Style style) {
        return new Learner(
                new CudaBackend(cuda.cuda(), new CodeCache(cuda.cuda(), null), style, false, null).binder(weights));
    }

    /** Also behind a run, when the thread has turned to another device. */
    @Test
    void loopsAreDoneOnTheirDevice() {
        RecordingCuda other = new RecordingCuda();
        try (Learner session = open()) {
            other.enter();
            Runnable updates = session.descent();
            other.enter();
            updates.run();
            assertThat(cuda.take()).anyMatch(call -> call.startsWith("update "));
        }
        assertThat(other.take()).isEmpty();
    }

    @Test
    void theNextInputsAreCopiedOnAStreamOfTheirOwn() {
        try (Learner session = open()) {
            session.totals(List.of(session.output("loss")), 2);
            Runnable updates = session.descent();
            for (int run = 0; run < 4; run++) {
                cuda.take();
                MemorySegment written = session.input("image").segment();
                session.launch(updates);
                assertThat(session.input("image").segment().address()).isNotEqualTo(written.address());
                session.learning().changed().run();
            }
            assertThat(lettered(cuda.take()))
                    .containsExactly(
                            "wait for A in B", // until the batch before was taken
                            "upload 184 to C", // the numbers of the run
                            "upload 32 to D",
                            "upload 8 to E",
                            "record F in B",
                            "wait for F in G",
                            "copy 184 from C to H",
                            "copy 32 from D to I+576",
                            "copy 8 from E to I+704",
                            "record A in G",
                            "replay",
                            "await J"); // until Java may write the other side
        }
    }

    /** One launch for both ranges. */
    @Test
    void aGraphIsAWholeStep() {
        try (Learner session = open()) {
            session.totals(List.of(session.output("loss")), 2);
            Runnable updates = session.descent();
            for (int run = 0; run < 2; run++) {
                cuda.take();
                session.launch(updates);
                session.learning().changed().run();
            }
            List<String> calls = cuda.take();
            calls = lettered(calls.subList(calls.indexOf("begin capture"), calls.size()));
            assertThat(calls.get(1)).isEqualTo("fill 16 at A with -1");
            assertThat(calls.subList(indexOf(calls, "channel_sum") + 1, calls.size()))
                    .containsExactly(
                            "watch 1x256 on D, E, B+64, F, E+24",
                            "update 2x256 on B, C+832, none, none, E+40, 0+2, 0+2, B+64",
                            "end capture",
                            "replay",
                            "await G");
        }
    }

    /** What a run that is waited for brings back is looked at behind the updates: a class out of range keeps them from changing anything. */
    @Test
    void runsThatAreWaitedForAreOneGraphToo() {
        try (Learner session = open()) {
            Runnable updates = session.descent();
            for (int run = 0; run < 3; run++) {
                cuda.take();
                session.learn(updates);
                session.learning().changed().run();
            }
            assertThat(lettered(cuda.take()))
                    .containsExactly(
                            "upload 184 to A",
                            "upload 32 to B+576",
                            "upload 8 to B+704",
                            "replay",
                            "download 4 from B+768",
                            "download 16 from C",
                            "download 40 from D+64",
                            "await");
        }
    }

    /** The graph is that of the first run, so another is done step by step. */
    @Test
    void otherUpdatesThanUsualAreNotReplayed() {
        try (Learner session = open()) {
            Runnable updates = session.descent();
            Runnable others = session.descent();
            for (int run = 0; run < 3; run++) {
                session.learn(updates);
                session.learning().changed().run();
            }
            cuda.take();
            session.learn(others);
            assertThat(cuda.take()).doesNotContain("replay").anyMatch(call -> call.startsWith("update "));
            session.learning().changed().run();
            session.learn(updates);
            assertThat(cuda.take()).contains("replay").noneMatch(call -> call.startsWith("update "));
        }
    }

    @Test
    void aParameterIsUpdatedOnce() {
        try (Learner session = open()) {
            Runnable updates = session.descent();
            assertThatThrownBy(() -> session.learn(() -> {
                        updates.run();
                        updates.run();
                    }))
                    .hasMessage("a run updates each parameter once at most");
        }
    }

    /** What is copied meanwhile for the next run is not read any more when the graph begins. */
    @Test
    void runsOfBlendedSamplesAreOneGraphThatNobodyWaitsFor() {
        try (Arena arena = Arena.ofConfined();
                Learner session = open()) {
            Runnable updates = session.blending(arena);
            for (int run = 0; run < 4; run++) {
                cuda.take();
                session.share(0.3f);
                session.launch(updates);
                session.learning().changed().run();
            }
            assertThat(lettered(cuda.take()))
                    .containsExactly(
                            "wait for A in B",
                            "upload 184 to C",
                            "upload 56 to D", // pictures, epoch and numbers
                            "upload 8 to E",
                            "record F in B",
                            "wait for F in G",
                            "copy 184 from C to H",
                            "blend_pictures 1x256 on D, H+24, I+576",
                            "copy 8 from E to J",
                            "record A in G",
                            "replay",
                            "await K");
        }
    }

    @Test
    void blendedSamplesGoThroughTheStepsTwiceBeforeOneUpdate() {
        try (Arena arena = Arena.ofConfined();
                Learner session = open()) {
            Runnable updates = session.blending(arena);
            for (int run = 0; run < 2; run++) {
                cuda.take();
                session.launch(updates);
                session.learning().changed().run();
            }
            List<String> calls = cuda.take();
            calls = calls.subList(calls.indexOf("begin capture"), calls.size());
            List<String> steps = calls.subList(indexOf(calls, "product"), indexOf(calls, "watch"));
            List<String> expected = new ArrayList<>(List.of("begin capture", "fill 16", "copy 8"));
            expected.addAll(steps);
            expected.addAll(List.of("watch", "fill 16", "exchange_labels", "copy 60"));
            expected.addAll(steps);
            expected.addAll(List.of("watch", "update 1x256", "update 2x256", "end capture", "replay", "await"));
            assertThat(calls)
                    .zipSatisfy(expected, (call, begin) -> assertThat(call).startsWith(begin));
            List<String> watches =
                    calls.stream().filter(c -> c.startsWith("watch")).toList();
            assertThat(watches.getFirst()).as("the share of the one side").endsWith("+24");
            assertThat(watches.getLast()).isEqualTo(watches.getFirst().replaceFirst("24$", "32"));
        }
    }

    @Test
    void nothingComesBackUntilSomebodyFetches() {
        try (Learner session = open()) {
            Totals totals = requireNonNull(session.totals(List.of(session.output("loss")), 2));
            session.launch();
            cuda.take(); // the weights were copied, which is waited for
            session.launch();
            session.launch();
            assertThat(cuda.take()).noneMatch(call -> call.startsWith("download") || call.equals("await"));
            totals.fetch();
            assertThat(lettered(cuda.take())).containsExactly("download 8 from A", "download 40 from B+64", "await");
        }
    }

    /** One of two devices, whose gradients are brought together layer by layer. */
    private Learner shared(Style style) {
        CudaBackend own = new CudaBackend(cuda.cuda(), new CodeCache(cuda.cuda(), null), style, false, null);
        return shared(new CudaDevices(List.of(own, own), this::connected, 4), 0);
    }

    private Learner shared(CudaDevices both, int device) {
        return new Learner(both.part(device, 4).backend().binder(weights));
    }

    private List<Collective> connected() {
        cuda.calls.add("connect");
        return List.of(cuda, cuda);
    }

    private List<String> connections() {
        return cuda.take().stream()
                .filter(call -> List.of("connect", "disconnect", "abort").contains(call))
                .toList();
    }

    /** They are connected from the first session to the last, and not while there is none that shares a batch. */
    @Test
    void devicesAreConnectedWhileSessionsShareBatches() {
        CudaBackend own = new CudaBackend(cuda.cuda(), new CodeCache(cuda.cuda(), null), Style.F32, false, null);
        CudaDevices both = new CudaDevices(List.of(own, own), this::connected, 4);
        assertThat(connections()).isEmpty();
        for (int again = 0; again < 2; again++) {
            Learner first = shared(both, 0);
            Learner second = shared(both, 1);
            assertThat(connections()).containsExactly("connect");
            second.run();
            second.close();
            assertThat(connections()).isEmpty();
            first.close();
            assertThat(lastOf("forget", "free stream")).isLessThan(cuda.calls.indexOf("disconnect"));
            assertThat(connections()).containsExactly("disconnect", "disconnect");
        }
    }

    /** The number of the last call that begins so. */
    private int lastOf(String... beginnings) {
        for (int i = cuda.calls.size() - 1; i >= 0; i--) {
            if (Stream.of(beginnings).anyMatch(cuda.calls.get(i)::startsWith)) {
                return i;
            }
        }
        throw new AssertionError(cuda.calls);
    }

    /** What is not at rest could be waited for, by other devices and by what frees it. */
    @Test
    void aDeviceThatFailsEndsTheConnectionOfAll() {
        CudaBackend own = new CudaBackend(cuda.cuda(), new CodeCache(cuda.cuda(), null), Style.F32, false, null);
        CudaDevices both = new CudaDevices(List.of(own, own), this::connected, 4);
        Learner first = shared(both, 0);
        Learner second = shared(both, 1);
        cuda.failWith("the GPU has fallen off the bus");
        first.close();
        assertThat(connections()).containsExactly("connect", "abort");
        cuda.failWith("");
        second.close();
        assertThat(connections()).containsExactly("disconnect", "disconnect");
    }

    @Test
    void aSessionThatCannotBeOpenedLetsGoOfTheConnection() {
        CudaBackend own =
                new CudaBackend(cuda.withMemory(10).cuda(), new CodeCache(cuda.cuda(), null), Style.F32, false, null);
        CudaDevices both = new CudaDevices(List.of(own, own), this::connected, 4);
        assertThatIllegalArgumentException().isThrownBy(() -> shared(both, 0));
        assertThat(connections()).startsWith("connect").endsWith("disconnect", "disconnect");
    }

    /** A session that learns has gradients, and a recipe that may say how much it takes. */
    @Test
    void tooLittleMemoryToLearnNamesGradientsAndTheBudget() {
        cuda.withMemory(200);
        assertThatIllegalArgumentException()
                .isThrownBy(this::open)
                .withMessageContaining(
                        "; choose a smaller batch, and let `budget memory` in the recipe refuse one that takes"
                                + " too much; the largest in it are ")
                .withMessageContaining(
                        "the weights fc.weight [3, 4] (0.0 KiB), the gradient of fc.weight [3, 4] (0.0 KiB)");
    }

    /** The weight's gradient is computed before that of the bias, and waits for nothing else. */
    @Test
    void gradientsAreBroughtTogetherWhileOthersAreComputed() {
        try (Learner session = shared(Style.F32)) {
            session.totals(List.of(session.output("loss")), 2);
            cuda.take();
            session.launch();
            List<String> calls = cuda.take();
            calls = lettered(calls.subList(indexOf(calls, "product"), calls.size()));
            int ofWeight = indexOf(calls, "product [4, 3, 2]");
            assertThat(calls.subList(ofWeight + 1, calls.size()))
                    .containsExactly(
                            "record D in E",
                            "wait for D in F",
                            "sum by 0.5 of 12 at B+832 in F",
                            "channel_sum 3x256 on B+512, B+880",
                            "record D in E",
                            "wait for D in F",
                            "sum by 0.5 of 3 at B+880 in F",
                            "record G in F",
                            "wait for G in E",
                            "watch 1x256 on H, I, A+64, J, I+24",
                            "largest at A+64 in E",
                            "await K");
        }
    }

    /** What several devices do together is not captured, but done between two graphs. */
    @Test
    void graphsEndWhereGradientsAreBroughtTogether() {
        try (Learner session = shared(Style.F32)) {
            session.totals(List.of(session.output("loss")), 2);
            Runnable updates = session.descent();
            session.launch(updates);
            session.learning().changed().run();
            cuda.take();
            for (int run = 0; run < 3; run++) {
                session.launch(updates);
                session.learning().changed().run();
                List<String> calls = cuda.take().stream()
                        .map(call -> call.replaceFirst("^(sum by [0-9.]+ of [0-9]+|largest).*", "$1"))
                        .filter(call -> call.matches("(begin|end) capture|replay|sum by.*|largest"))
                        .toList();
                List<String> replayed = List.of(
                        "replay", "sum by 0.5 of 12", "replay", "sum by 0.5 of 3", "replay", "largest", "replay");
                assertThat(calls)
                        .as("run %d", run)
                        .endsWith(replayed.toArray(String[]::new))
                        .hasSize(replayed.size() + (run == 0 ? 8 : 0));
                assertThat(calls.subList(0, calls.size() - replayed.size()))
                        .allMatch(call -> call.endsWith(" capture"));
            }
        }
    }

    private static int indexOf(List<String> calls, String beginning) {
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).startsWith(beginning)) {
                return i;
            }
        }
        throw new AssertionError("no call " + beginning + " in " + calls);
    }

    /** A device that fails in the middle of a run lets the others know. */
    @Test
    void whoFailsEndsTheWaitingOfOthers() {
        try (Learner session = shared(Style.F32)) {
            session.totals(List.of(session.output("loss")), 2);
            session.launch();
            assertThat(cuda.take()).doesNotContain("abort");
            cuda.failWith("it fell off the bus");
            assertThatThrownBy(session::launch)
                    .isInstanceOf(DeviceException.class)
                    .hasMessage("it fell off the bus");
            assertThat(cuda.take()).containsOnlyOnce("abort");
            cuda.failWith("");
        }
    }

    @Test
    void gradientsOfFloat16AreDividedByTheirScaleBeforeAnybodyLooksAtThem() {
        try (Learner session = open(Style.FP16)) {
            session.totals(List.of(session.output("loss")), 2);
            Learning learning = session.learning();
            Runnable updates = session.descent();
            assertThat(learning.loops().scale().byteSize()).isEqualTo(3 * Float.BYTES);
            for (int run = 0; run < 2; run++) {
                cuda.take();
                session.launch(updates);
                learning.changed().run();
            }
            List<String> calls = cuda.take();
            assertThat(calls.subList(indexOf(calls, "unscale"), calls.size()).stream()
                            .map(call -> call.substring(0, (call + " ").indexOf(' '))))
                    .containsExactly("unscale", "watch", "update", "rescale", "end", "replay", "await");
        }
        try (Learner session = open(Style.BF16)) {
            assertThat(session.learning().loops().scale().byteSize()).isZero();
        }
    }

    /** So that all devices find the same gradients not finite. */
    @Test
    void gradientsOfFloat16AreDividedBehindTheSumsOverAllDevices() {
        try (Learner session = shared(Style.FP16)) {
            session.totals(List.of(session.output("loss")), 2);
            session.launch(session.descent());
            session.learning().changed().run();
            List<String> calls = cuda.take();
            int last = calls.size() - 8;
            assertThat(calls.subList(last, calls.size()).stream()
                            .map(call -> call.substring(0, (call + " ").indexOf(' '))))
                    .containsExactly("record", "wait", "unscale", "watch", "largest", "update", "rescale", "await");
        }
    }

    /** What was generated before there were seeds. */
    @Test
    void gradientsThatBeginWithANumberOfTheirOwnAreNotDivided() {
        CudaBackend backend = new CudaBackend(cuda.cuda(), new CodeCache(cuda.cuda(), null), Style.FP16, false, null);
        try (Learner session = new Learner(backend.binder(weights), Fill.fill(1))) {
            session.totals(List.of(session.output("loss")), 2);
            session.launch();
        }
        assertThat(cuda.take()).noneMatch(call -> call.startsWith("unscale"));
    }

    /** The calls with letters for handles and allocations, in the order of their first use. */
    private static List<String> lettered(List<String> calls) {
        Map<String, String> letters = new LinkedHashMap<>();
        return new ArrayList<>(calls.stream()
                .map(call -> Pattern.compile("\\b1\\d{3}\\b")
                        .matcher(call)
                        .replaceAll(number -> letters.computeIfAbsent(
                                number.group(), n -> String.valueOf((char) ('A' + letters.size())))))
                .toList());
    }
}
