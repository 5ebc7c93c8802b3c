package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Length;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.train.Evaluation;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whichever piece of the device's memory cannot be had, the same is said, and nothing is left open: with this machine as the device. */
class CudaMemoryTest {
    private static final String NET = """
            net Small {
              input image: f32[N, 1, 6, 6]
              label digit: class[N, 3]
              image -> conv(2, 3x3) -> batch_norm -> relu -> flatten -> fc(3) -> output logits
              loss xent = cross_entropy(logits, digit)
              metric table = confusion(logits, digit)
            }
            """;

    /** Batches of 4, 4 and 2. */
    private static final Recipe RECIPE = Recipe.recipe(
                    "Brief",
                    Data.data("drawn", 4).seed(6),
                    Phase.phase(Length.epochs(1), Optimizer.adam(0.01, 0.9, 0.999, 1e-8)))
            .mixup(0.4);

    /** So many allocations are more than there are; it ends long before. */
    private static final int MOST = 500;

    private static final HostCode CODE = new HostCode();

    @TempDir
    Path folder = Path.of("");

    @BeforeAll
    static void hasACompiler() {
        assumeTrue(HostCode.isAvailable(), "no g++: training for CUDA was not computed on the host");
    }

    @Test
    void trainingSaysWhatItTakes() throws Exception {
        GeneratedNet small = GeneratedNet.of(NET, folder);
        Samples samples = new Samples(CudaDevicesTest.DRAWN, null, CudaDevicesTest.DRAWN);
        int pieces = firstThatIsEnough(cuda -> {
            Net net = small.with(Weights.init(small.spec(), 2));
            try (Trainer trainer = new Trainer(net, RECIPE, samples, cuda.backend)) {
                return trainer.fit(new TrainingListener() {});
            }
        });
        assertThat(pieces).isGreaterThan(10);
    }

    @Test
    void evaluationSaysWhatItTakes() throws Exception {
        GeneratedNet small = GeneratedNet.of(NET, folder);
        Net net = small.with(Weights.init(small.spec(), 2));
        int pieces = firstThatIsEnough(cuda -> Evaluation.whole(net, CudaDevicesTest.DRAWN, Map.of(), 4, cuda.backend));
        assertThat(pieces).isGreaterThan(6);
    }

    /** What is done with a device. */
    private interface Action {
        Object with(HostCuda cuda) throws Exception;
    }

    private static int firstThatIsEnough(Action action) {
        for (int pieces = 0; pieces < MOST; pieces++) {
            HostCuda cuda = new HostCuda(CODE);
            cuda.driver.roomFor(pieces);
            Callable<Object> done = () -> action.with(cuda);
            Throwable failure = catchThrowable(done::call);
            assertThat(cuda.open())
                    .as("what was not freed with room for %d", pieces)
                    .isZero();
            if (failure == null) {
                return pieces;
            }
            assertThat(failure)
                    .as("with room for %d", pieces)
                    .isInstanceOf(DataException.class)
                    .hasRootCauseInstanceOf(OutOfMemoryError.class)
                    .message()
                    .containsPattern("the session of test.cnn (needs|takes) .* KiB beside 0.5 KiB of weights, ")
                    .containsOnlyOnce("the GPU has 0.0 GiB free of 0.1; choose a smaller batch")
                    .contains("; the largest in it are ");
        }
        throw new AssertionError("it is never enough");
    }
}
