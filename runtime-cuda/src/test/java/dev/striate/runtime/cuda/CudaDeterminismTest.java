package dev.striate.runtime.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.Tuner;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.RecordingCuda.Way;
import dev.striate.runtime.cuda.kernel.Style;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which algorithms of cuDNN are taken where a run has to give the same bits as the one before. */
class CudaDeterminismTest {
    /** A convolution and both of its gradients. */
    private static final class Convolutions extends NetSession {
        private final List<Step> all;

        Convolutions(Binder b) {
            super(b);
            b.format(1).source("convolutions.cnn");
            Conv conv = Conv.conv(5, 3, 3).pad(1);
            Input image = b.at(2).input("image", 2, 3, 4, 4);
            Step y = b.at(3).step("conv", conv, image);
            Step weight = b.gradient("conv.weight", ConvGradWeight.convGradWeight(conv), y, image);
            Step x = b.step("grad", ConvGradInput.convGradInput(conv, 2, 3, 4, 4), y, b.param("conv.weight"));
            all = List.of(y, weight, x);
            b.output("x", x);
            b.bind();
        }

        @Override
        protected void steps() {
            all.forEach(Step::run);
        }
    }

    private static final List<String> KINDS = List.of("FORWARD", "GRADIENT_OF_WEIGHT", "GRADIENT_OF_INPUT");

    /** The first and the fastest add up in any order; of the others, the last is the faster one. */
    private static final List<Way> WAYS = List.of(
            new Way(6, 50, 1000, false),
            new Way(5, 500, 1000, true),
            new Way(4, 10, 0, false),
            new Way(3, 100, 2000, true));

    private final Weights weights = Weights.zeros(Binder.spec("Convolutions", Convolutions::new));

    @TempDir
    private Path folder;

    @AfterEach
    void asksNoMore() {
        System.clearProperty(Tuner.PROPERTY);
    }

    private static RecordingCuda device(boolean deterministic, List<Way> ways) {
        RecordingCuda cuda = new RecordingCuda().withWays(ways, List.of());
        cuda.graphs.deterministic = deterministic;
        return cuda;
    }

    /** What is called to open, run and close a session. */
    private List<String> calls(RecordingCuda cuda) {
        CudaBackend backend = new CudaBackend(cuda.cuda(), new CodeCache(cuda.cuda(), null), Style.F32, false, folder);
        try (Convolutions session = new Convolutions(backend.binder(weights))) {
            cuda.calls.add("opened");
            session.run();
        }
        return cuda.take();
    }

    /** The convolutions among some calls, with the numbers of their algorithms. */
    private static List<String> convolutions(List<String> calls) {
        return calls.stream()
                .filter(call -> KINDS.stream().anyMatch(call::startsWith))
                .map(call -> call.replaceFirst(" of .*", ""))
                .toList();
    }

    private static List<String> run(List<String> calls) {
        return convolutions(calls.subList(calls.indexOf("opened"), calls.size()));
    }

    private static List<String> by(int number) {
        return KINDS.stream().map(kind -> kind + " by " + number).toList();
    }

    @Test
    void theFirstDeterministicAlgorithmOfTheHeuristicsIsTaken() {
        assertThat(run(calls(device(false, WAYS)))).containsExactlyElementsOf(by(6));
        assertThat(run(calls(device(true, WAYS)))).containsExactlyElementsOf(by(5));
    }

    @Test
    void whereThatIsRefusedTheNextDeterministicOneIsTaken() {
        List<Way> ways = List.of(new Way(6, -1, 0, true), new Way(5, 1, 0, false), new Way(4, 1, 0, true));
        assertThat(run(calls(device(false, ways)))).containsExactlyElementsOf(by(5));
        List<String> calls = calls(device(true, ways));
        assertThat(run(calls)).containsExactlyElementsOf(by(4));
        assertThat(convolutions(calls)).as("tried").noneMatch(call -> call.endsWith(" by 5"));
    }

    /** What was measured in the other mode counts for nothing. */
    @Test
    void theFastestDeterministicAlgorithmIsTakenWhereAllAreMeasured() throws IOException {
        System.setProperty(Tuner.PROPERTY, "true");
        for (int again = 0; again < 2; again++) {
            assertThat(run(calls(device(false, WAYS)))).containsExactlyElementsOf(by(4));
            List<String> calls = calls(device(true, WAYS));
            assertThat(run(calls)).containsExactlyElementsOf(by(3));
            assertThat(convolutions(calls))
                    .as("measured")
                    .noneMatch(call -> call.endsWith(" by 4") || call.endsWith(" by 6"));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("one for each mode").hasSize(2);
        }
    }

    /** Our own kernels add up in one order. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereThereIsNoneAKernelOfOursIsTaken(boolean measures) {
        System.setProperty(Tuner.PROPERTY, Boolean.toString(measures));
        List<Way> ways = List.of(new Way(6, 50, 1000, false), new Way(4, 10, 0, false));
        List<String> calls = calls(device(true, ways));
        assertThat(convolutions(calls)).as("tried, measured or run").isEmpty();
        assertThat(calls.subList(calls.indexOf("opened"), calls.size()))
                .anyMatch(call -> call.startsWith("conv "))
                .anyMatch(call -> call.startsWith("conv_grad_weight "))
                .anyMatch(call -> call.startsWith("conv_grad_input "));
        assertThat(calls.stream().filter(call -> call.startsWith("free window")))
                .as("freed descriptors")
                .hasSize(3);
    }

    /** The heuristics name an algorithm once more for other arithmetic. */
    @Test
    void anAlgorithmThatIsNamedTwiceIsTakenAsItIsDeterministic() {
        List<Way> twice = List.of(new Way(6, 1, 1L << 30, false), new Way(6, 1, 0, true));
        RecordingCuda cuda = device(true, twice);
        assertThat(run(calls(cuda))).containsExactlyElementsOf(by(6));
        assertThat(run(calls(device(true, List.of(twice.getFirst()))))).isEmpty();
    }
}
