package dev.striate.runtime.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.kernel.Style;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The debug mode waits behind every kernel, so that what failed is named and not what comes next. */
class CudaDebugTest {
    private static final String WHY = "cuStreamSynchronize failed: an illegal memory access was encountered";

    private final RecordingCuda cuda = new RecordingCuda();
    private final Weights weights = Weights.zeros(Binder.spec("Learner", Learner::new));

    private Learner open(boolean debug) {
        return new Learner(new CudaBackend(cuda.cuda(), new CodeCache(cuda.cuda(), null), Style.FP16, debug, null)
                .binder(weights));
    }

    /** One run of a training step with everything that there is: mixed pictures, scaled gradients, an optimizer. */
    private static void learn(Learner session, Runnable updates) {
        session.share(0.3f);
        session.launch(updates);
        session.learning().changed().run();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "blend_pictures  | the transforms of `image`",
                "exchange_labels | the exchange of labels and gradients of mixup",
                "product FLOAT16 | learner.cnn:3: fc",
                "channel_sum     | learner.cnn:3: fc.bias gradient",
                "unscale         | what divides gradients by their scale",
                "watch           | what looks at losses and gradients",
                "update          | the optimizer",
                "rescale         | what adapts the scale of gradients",
            })
    void whatFailsIsNamedAndNotWhatComesNext(String kernel, String what) {
        try (Arena arena = Arena.ofConfined();
                Learner session = open(true)) {
            Runnable updates = session.blending(arena);
            learn(session, updates);
            cuda.take();
            cuda.failBehind(kernel, WHY);
            assertThatExceptionOfType(DeviceException.class)
                    .isThrownBy(() -> learn(session, updates))
                    .withMessage(what + ": " + WHY);
            cuda.failWith("");
        }
    }

    /** Also both times that the steps are done. */
    @Test
    void everyKernelBesideTheStepsIsWaitedForBeforeTheNext() {
        try (Arena arena = Arena.ofConfined();
                Learner session = open(true)) {
            Runnable updates = session.blending(arena);
            learn(session, updates);
            cuda.take();
            learn(session, updates);
            List<String> calls = cuda.take();
            List<String> kernels = calls.stream()
                    .filter(call -> call.matches("(blend_|exchange_|unscale|watch|update|rescale).*"))
                    .toList();
            assertThat(kernels).hasSizeGreaterThanOrEqualTo(8);
            for (int i = 0; i + 1 < calls.size(); i++) {
                if (kernels.contains(calls.get(i))) {
                    assertThat(calls.get(i + 1)).as(calls.get(i)).isEqualTo("await");
                }
            }
        }
    }

    @Test
    void otherwiseNobodyWaits() {
        try (Arena arena = Arena.ofConfined();
                Learner session = open(false)) {
            Runnable updates = session.blending(arena);
            learn(session, updates);
            cuda.take();
            learn(session, updates);
            assertThat(cuda.take()).doesNotContain("await");
        }
    }
}
