package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Ensemble;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.train.Evaluation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluation on the CUDA backend, which waits for no batch, with this machine in the place of the device. */
class CudaEvaluationTest {
    private static final String NET = """
            net Small {
              input image: f32[N, 1, 6, 6]
              label digit: class[N, 3]
              image -> conv(4, 3x3) -> relu -> flatten -> fc(3) -> output logits
              loss xent = cross_entropy(logits, digit)
              metric acc = top1(logits, digit)
              metric both = f1(logits, digit)
              metric table = confusion(logits, digit)
            }
            """;

    /** Four samples in each batch but the last, which has two. */
    private static final int BATCH = 4;

    @TempDir
    Path folder = Path.of("");

    private final HostCuda cuda = new HostCuda();

    @BeforeAll
    static void hasACompiler() {
        assumeTrue(HostCode.isAvailable(), "no g++: evaluation for CUDA was not computed on the host");
    }

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    private Net net(long seed) throws Exception {
        return net(seed, folder);
    }

    private static Net net(long seed, Path folder) throws Exception {
        GeneratedNet small = GeneratedNet.of(NET, folder.resolve("seed" + seed));
        return small.with(Weights.init(small.spec(), seed));
    }

    /** Losses, metrics and a table of seven batches, the last of which is smaller. */
    static void agree(Backend backend, Path folder) throws Exception {
        Net net = net(2, folder);
        DataSet set = new CudaDevicesTest.Drawn(6 * BATCH + 2, -1, -1);
        assertClose(evaluate(net, set, backend), evaluate(net, set, Backends.reference()));
    }

    private static Evaluation evaluate(Net net, DataSet set, Backend backend) throws DataException {
        return Evaluation.whole(net, set, Map.of(), BATCH, backend);
    }

    private static void assertClose(Evaluation found, Evaluation expected) {
        assertThat(found.scores().keySet())
                .containsExactlyElementsOf(expected.scores().keySet());
        expected.scores().forEach((name, score) -> {
            if (Double.isNaN(score)) {
                assertThat(found.scores().get(name)).as(name).isNaN();
            } else {
                assertThat(found.scores().get(name)).as(name).isCloseTo(score, within(1e-5));
            }
        });
        assertThat(found.tables()).hasSize(1);
        assertThat(found.tables().get("table")).isDeepEqualTo(expected.tables().get("table"));
    }

    @Test
    void sumsOverTheWholeSetAreFetchedOnce() throws Exception {
        Net net = net(2);
        DataSet set = new CudaDevicesTest.Drawn(6 * BATCH + 2, -1, -1);
        Evaluation found = evaluate(net, set, cuda.backend);
        assertClose(found, evaluate(net, set, Backends.reference()));
        long sums = Double.BYTES * (4 + 2 * 9); // four quantities, two of which count
        long gate = 40;
        assertThat(cuda.driver.downloaded()).as("bytes from both sessions").isEqualTo(2 * (sums + gate));
    }

    /** The batches of seven, in turns; of two batches, a third device has none. */
    @Test
    void severalDevicesTakeTurns() throws Exception {
        for (int samples : new int[] {6 * BATCH + 2, 2 * BATCH}) {
            DataSet set = new CudaDevicesTest.Drawn(samples, -1, -1);
            HostDevices devices = new HostDevices(cuda.code, 3, 64);
            assertClose(evaluate(net(2), set, devices.backend), evaluate(net(2), set, Backends.reference()));
            for (int i = 0; i < devices.all.size(); i++) {
                assertThat(devices.all.get(i).driver.downloaded() > 0)
                        .as("device %d of %d batches", i, (samples + BATCH - 1) / BATCH)
                        .isEqualTo(i * BATCH < samples);
            }
            assertThat(devices.open()).as("what was not freed").isZero();
        }
    }

    /** On whichever device. */
    @Test
    void theFirstClassOutOfRangeOfSeveralDevicesIsSaid() throws Exception {
        Net net = net(2);
        for (int sample : new int[] {2, 5, 9}) {
            DataSet set = new CudaDevicesTest.Drawn(10, sample, -1);
            String expected = catchThrowable(() -> evaluate(net, set, Backends.reference()))
                    .getMessage();
            HostDevices devices = new HostDevices(cuda.code, 2, 64);
            assertThatThrownBy(() -> evaluate(net, set, devices.backend))
                    .isInstanceOf(DataException.class)
                    .hasMessage(expected);
            assertThat(devices.open()).as("what was not freed").isZero();
        }
    }

    @Test
    void numbersThatAreNotFiniteEndNothing() throws Exception {
        Net net = net(2);
        DataSet set = new CudaDevicesTest.Drawn(10, -1, 3);
        Evaluation found = evaluate(net, set, cuda.backend);
        assertThat(found.scores().get("xent")).isNaN();
        assertClose(found, evaluate(net, set, Backends.reference()));
    }

    /** However many batches were begun behind it. */
    @Test
    void aClassOutOfRangeIsSaidOfItsBatch() throws Exception {
        Net net = net(2);
        for (int sample : new int[] {2, 5, 9}) {
            DataSet set = new CudaDevicesTest.Drawn(10, sample, -1);
            Throwable expected = catchThrowable(() -> evaluate(net, set, Backends.reference()));
            assertThat(expected).isInstanceOf(DataException.class);
            assertThat(catchThrowable(() -> evaluate(net, set, cuda.backend)))
                    .isInstanceOf(DataException.class)
                    .hasMessage(expected.getMessage());
        }
    }

    /** Each member is waited for. */
    @Test
    void ensemblesAreEvaluated() throws Exception {
        Net both = new Ensemble(List.of(net(2), net(3)));
        assertClose(
                evaluate(both, CudaDevicesTest.DRAWN, cuda.backend),
                evaluate(both, CudaDevicesTest.DRAWN, Backends.reference()));
    }
}
