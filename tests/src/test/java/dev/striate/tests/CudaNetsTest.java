package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.compiler.eval.Nd;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Ensemble;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.cuda.kernel.Style;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import striate.models.LeNet5;

/** Whole nets on the CUDA backend, with this machine in the place of the device. */
class CudaNetsTest {
    private static final int SMALL = 32;
    private static final int LIGHT = 12;

    private final HostCuda cuda = new HostCuda();

    @TempDir
    Path folder = Path.of("");

    @BeforeAll
    static void hasACompiler() {
        assumeTrue(HostCode.isAvailable(), "no g++: nets for CUDA were not computed on the host");
    }

    @Test
    void lenet5AgreesWithTheEvaluator() throws Exception {
        NetAgreement.check(GeneratedNet.of(GeneratedNetTest.lenet5(), folder), cuda.backend, 4);
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    @Test
    void randomNetsAgreeWithTheEvaluator() throws Exception {
        for (int seed = 0; seed < 3; seed++) {
            String text = RandomNets.draw(seed);
            try {
                NetAgreement.check(GeneratedNet.of(text, folder.resolve("net" + seed)), cuda.backend, 1 + seed % 3);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ":\n" + text, e);
            }
        }
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    /** Steps are done one by one, then captured, then replayed, with new weights and with the old ones. */
    @Test
    void laterRunsSeeNewInputsAndNewWeights() {
        LeNet5 net = LeNet5.init(3);
        try (NetSession expected = net.training(Backends.reference(), 2);
                NetSession found = net.training(cuda.backend, 2)) {
            for (int run = 0; run < 7; run++) {
                for (NetSession session : List.of(expected, found)) {
                    for (String name : session.inputNames()) {
                        fill(session.input(name), run);
                    }
                    session.at(7, run);
                    session.run();
                }
                for (String name : expected.outputNames()) {
                    assertThat(found.output(name).toArray())
                            .containsExactly(expected.output(name).toArray(), within(1e-4f));
                }
                if (run % 3 == 1) {
                    net.weights().of("conv1.bias").fill((byte) (0x3d + run / 3));
                    net.weights().changed();
                }
            }
        }
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    private static void fill(Input input, long stream) {
        Feeds.fill(
                input,
                Nd.of(
                        input.shape(),
                        i -> input.isLabel()
                                ? Philox.below(input.classes(), OpCase.SEED, stream, i)
                                : Philox.normal(OpCase.SEED, stream, i)));
    }

    @Test
    void classesOutOfRangeAreReportedAsOnTheOtherBackends() {
        LeNet5 net = LeNet5.init(3);
        for (Backend backend : List.of(Backends.reference(), cuda.backend, cuda.backend(Style.F32, true))) {
            try (NetSession session = net.training(backend, 3)) {
                String label = session.inputNames().stream()
                        .filter(name -> session.input(name).isLabel())
                        .findFirst()
                        .orElseThrow();
                session.input(label).copyFrom(new int[] {1, 12, -3});
                assertThatIllegalArgumentException()
                        .isThrownBy(session::run)
                        .withMessageContaining(
                                "the label of sample 1 is 12, but the 10 classes are numbered from 0 to 9");
                session.input(label).copyFrom(new int[] {1, 2, 3});
                session.run();
            }
        }
    }

    @Test
    void ensemblesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ensemble(List.of(LeNet5.init(1), LeNet5.init(2))).open(cuda.backend, 1))
                .withMessage("an ensemble runs on the backends cpu and reference, not on cuda: its members are averaged"
                        + " between steps");
    }

    @Tag("slow")
    @TestFactory
    List<DynamicTest> lightNetsOfTheLibraryTrainAsTheEvaluatorDoes() throws Exception {
        return LibraryNet.all().stream()
                .filter(n -> n.net().model().training() != null)
                .sorted(Comparator.comparingDouble(LibraryNet::weight))
                .limit(LIGHT)
                .map(net -> DynamicTest.dynamicTest(
                        net.toString(),
                        () -> NetAgreement.checkStep(net.generated(), cuda.backend, 2, net.sizes(SMALL))))
                .toList();
    }
}
