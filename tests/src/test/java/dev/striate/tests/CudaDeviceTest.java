package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Tuner;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A real device computes what the evaluator computes. */
@Tag("cuda")
class CudaDeviceTest {
    private static final int CASES = 40;
    private static final int SMALL = 64;

    /** Sums are taken in float32 on a device, in an order of its own. */
    private static final double TOLERANCE = 1e-4;

    @TempDir
    Path folder = Path.of("");

    @BeforeEach
    void hasADevice() {
        assumeTrue(Backends.whyNoCuda().isEmpty(), "not run on a device: " + Backends.whyNoCuda());
    }

    @Test
    void kernelsComputeWhatTheirOperatorsEvaluateTo() {
        Backend cuda = Backends.cuda();
        KernelsAgreeTest.forEachCase(
                CASES,
                c -> assertThat(Feeds.distance(
                                KernelRun.of(c, cuda),
                                c.eval(),
                                KernelsAgreeTest.CANCELLED * KernelsAgreeTest.largestOperand(c)))
                        .isLessThanOrEqualTo(TOLERANCE));
    }

    @Test
    void lenet5AgreesWithTheEvaluator() throws Exception {
        NetAgreement.check(GeneratedNet.of(GeneratedNetTest.lenet5(), folder), Backends.cuda(), 4);
    }

    @Test
    void measuredAlgorithmsAgreeWithTheEvaluator() throws Exception {
        System.setProperty(Tuner.PROPERTY, "true");
        try {
            NetAgreement.check(GeneratedNet.of(GeneratedNetTest.lenet5(), folder), Backends.cuda(), 4);
        } finally {
            System.clearProperty(Tuner.PROPERTY);
        }
    }

    @Test
    void netsLearnInFloat16AboutWhatTheyLearnInFloat32() throws Exception {
        CudaLossScaleTest.learnAboutWhatTheyLearnInFloat32(Backends.cuda(), folder);
    }

    @TestFactory
    List<DynamicTest> netsOfTheLibraryTrainAsTheEvaluatorDoes() throws Exception {
        return LibraryNet.all().stream()
                .filter(n -> n.net().model().training() != null)
                .sorted(Comparator.comparingDouble(LibraryNet::weight))
                .map(net -> DynamicTest.dynamicTest(
                        net.toString(),
                        () -> NetAgreement.checkStep(net.generated(), Backends.cuda(), 2, net.sizes(SMALL))))
                .toList();
    }
}
