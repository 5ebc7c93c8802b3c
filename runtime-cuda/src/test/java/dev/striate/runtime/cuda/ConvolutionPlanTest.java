package dev.striate.runtime.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.window.Extent;
import dev.striate.core.window.Grid;
import dev.striate.core.window.Window;
import dev.striate.runtime.cuda.RecordingCuda.Way;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.ConvSizes;
import dev.striate.runtime.cuda.kernel.Element;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which calls of cuDNN a convolution with a bias is. */
class ConvolutionPlanTest {
    private static final long PAGE = RecordingCuda.PAGE;
    private static final Call.Convolution CALL = new Call.Convolution(
            Call.Convolution.Kind.FORWARD,
            new ConvSizes(2, 3, 5, 1, Grid.of(Window.of(Extent.square(1)), 4, 4), Element.FLOAT32, false),
            0,
            1,
            2,
            -1,
            false,
            List.of());

    private final Way adds = new Way(RecordingCuda.ADDS_BIAS, 1, 100);
    private final Way adding = new Way(7, 1, 100);

    private static List<String> run(ConvolutionPlan plan, RecordingCuda cuda) {
        plan.run(2 * PAGE, 3 * PAGE, 4 * PAGE, 0, 5 * PAGE, 6 * PAGE, 0);
        return cuda.take().stream()
                .map(call -> call.substring(0, call.indexOf(" of ")))
                .toList();
    }

    @Test
    void theBiasIsAddedInTheSameCallByTheAlgorithmThatDoesSo() {
        RecordingCuda cuda = new RecordingCuda().withWays(List.of(adds, adding), List.of());
        try (ConvolutionPlan plan = new ConvolutionPlan(cuda, CALL)) {
            assertThat(run(plan, cuda)).containsExactly("FORWARD, bias by " + RecordingCuda.ADDS_BIAS);
            plan.take("7");
            assertThat(run(plan, cuda)).containsExactly("FORWARD", "bias");
        }
    }

    /** The algorithm stays the one that was named first. */
    @Test
    void whatTheLibraryRefusesIsTwoCallsOfTheSameAlgorithm() {
        RecordingCuda cuda =
                new RecordingCuda().withWays(List.of(adds), List.of()).withBiasesApart();
        try (ConvolutionPlan plan = new ConvolutionPlan(cuda, CALL)) {
            for (int again = 0; again < 2; again++) {
                assertThat(run(plan, cuda)).containsExactly("FORWARD by " + RecordingCuda.ADDS_BIAS, "bias");
            }
        }
        assertThat(cuda.refusals()).as("asked once").isEqualTo(1);
    }
}
