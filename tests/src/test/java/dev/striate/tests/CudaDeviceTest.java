package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.recipe.Precision;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Tuner;
import dev.striate.runtime.cuda.CodeCache;
import dev.striate.runtime.cuda.CudaBackend;
import dev.striate.runtime.cuda.CudaDevices;
import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.driver.Machine;
import dev.striate.runtime.cuda.kernel.Style;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real device computes what the evaluator computes. All is done within minutes on a machine of 16 processors; {@code
 * -Dstriate.device.shapes=40} compares every operator at more shapes, {@code -Dstriate.device.nets=1} computes so many nets of the library at
 * the same time.
 */
@Tag("cuda")
@ExtendWith(NeedsDevice.class)
class CudaDeviceTest {
    private static final int SHAPES = Integer.getInteger("striate.device.shapes", 4);
    private static final int SMALL = 64;

    /** Multiplications of a forward pass from which on one sample has to do: the evaluator takes a minute for so many hundred billions. */
    private static final long HEAVY = 5_000_000_000L;

    /** What a heavy net may take of Java's memory, in bytes. */
    private static final long ROOM = 8L << 30;

    /** Sums are taken in float32 on a device, in an order of its own. */
    private static final double TOLERANCE = 1e-4;

    /** Winograd's transforms sum up to four operands before they are rounded once more. */
    private static final int ROUNDINGS = 4;

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource
    void kernelsComputeWhatTheirOperatorsEvaluateTo(Style style) {
        Cuda device = device(0, style);
        List<OpCase> all = CudaKernelsTest.cases(SHAPES, style);
        List<AssertionError> wrong = new ArrayList<>();
        try (PreparedCuda prepared = new PreparedCuda(device, CudaKernelsTest.sources(all, style))) {
            System.out.println(style + ": " + prepared.size() + " kernels compiled for " + all.size() + " cases");
            CudaBackend cuda = on(prepared.cuda(), style);
            for (OpCase c : all) {
                try {
                    StyleAgreement.check(cuda, style, c, TOLERANCE, ROUNDINGS);
                } catch (AssertionError e) {
                    wrong.add(e);
                } catch (RuntimeException e) {
                    throw new AssertionError(c + " in " + style, e); // the device may do nothing any more
                }
            }
        }
        assertThat(wrong).as("%d of %d cases", wrong.size(), all.size()).isEmpty();
    }

    @TestFactory
    List<DynamicTest> smallNetsAgreeWithTheEvaluatorAsFarAsTheirDigitsGo() throws Exception {
        List<DynamicTest> all = new ArrayList<>();
        for (Style style : List.of(Style.TF32, Style.BF16, Style.FP16)) {
            all.addAll(StyleAgreement.smallNets(style, () -> opened(0, style)));
        }
        return all;
    }

    @Test
    void lenet5AgreesWithTheEvaluator() throws Exception {
        NetAgreement.check(GeneratedNet.of(GeneratedNetTest.lenet5(), folder), Backends.cuda(), 4);
    }

    /** Gradients of a single device go through NCCL, too, and keep their bits. */
    @Test
    void severalDevicesTeachWhatOneTeaches() throws Exception {
        assumeTrue(Machine.whyNotConnected().isEmpty(), "not run on several devices: " + Machine.whyNotConnected());
        GeneratedNet small = GeneratedNet.of(CudaDevicesTest.NET, folder);
        float[] expected = trained(small, opened(0));
        for (int count = 1; count <= Math.min(2, Machine.devices()); count++) {
            List<Integer> numbers = IntStream.range(0, count).boxed().toList();
            CudaDevices devices = new CudaDevices(
                    numbers.stream().map(CudaDeviceTest::opened).toList(),
                    () -> Machine.connect(numbers),
                    CudaDevicesTest.BUCKET);
            assertThat(trained(small, devices))
                    .as("weights of %d devices", count)
                    .containsExactly(expected, within(count == 1 ? 0f : 1e-5f));
        }
    }

    private static CudaBackend opened(int number) {
        return opened(number, Style.F32);
    }

    private static CudaBackend opened(int number, Style style) {
        return on(device(number, style), style);
    }

    private static Cuda device(int number, Style style) {
        Cuda cuda = Machine.open(number, true);
        assumeTrue(style != Style.BF16 || cuda.driver().capability() >= 80, "the device does not multiply bfloat16");
        return cuda;
    }

    private static CudaBackend on(Cuda cuda, Style style) {
        return new CudaBackend(cuda, new CodeCache(cuda, null), style, false, null);
    }

    private static float[] trained(GeneratedNet small, Backend backend) throws Exception {
        Net net = CudaDevicesTest.net(small);
        return CudaDevicesTest.values(CudaDevicesTest.train(net, backend, CudaDevicesTest.DRAWN, CudaDevicesTest.RECIPE)
                .net());
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
    void convolutionsInBfloat16AgreeWithTheReference() {
        Backend cuda = Backends.cuda();
        try {
            CudaGraphsTest.agree(cuda.in(Precision.MIXED_BF16).orElseThrow());
        } catch (IllegalStateException e) {
            assumeTrue(!String.valueOf(e.getMessage()).startsWith("mixed(bf16) needs"), e.getMessage());
            throw e;
        }
    }

    @Test
    void netsLearnInFloat16AboutWhatTheyLearnInFloat32() throws Exception {
        CudaLossScaleTest.learnAboutWhatTheyLearnInFloat32(Backends.cuda(), folder);
    }

    /** Products and sums may be contracted on a device. */
    @Test
    void optimizersUpdateAsInJava() {
        CudaUpdatesTest.compare(
                opened(0),
                (what, found, expected) -> assertThat(found).as(what).containsExactly(expected, within(1e-5f)));
    }

    @Test
    void trainersLearnWhatTheyLearnOnTheReference() throws Exception {
        CudaTrainingTest.learnWhatOthersLearn(opened(0));
        CudaTrainingTest.blendWhatOthersBlend(opened(0));
        CudaTrainingTest.refuseAClassOutOfRange(opened(0));
    }

    @Test
    void evaluationGivesTheScoresOfTheReference() throws Exception {
        CudaEvaluationTest.agree(opened(0), folder);
    }

    @Test
    void transformsGiveThePicturesThatTheyGiveInJava() throws Exception {
        CudaAugmentationTest.agree(opened(0), folder, 1e-4f);
    }

    @Test
    void picturesOfPairsAndTheLikeAreThoseThatJavaMakes() throws Exception {
        CudaSamplersTest.agree(opened(0), folder, 1e-4f, 1e-4f);
    }

    /** Several at the same time, as a net takes turns with compiling, the device and the evaluator. The light ones come first. */
    @TestFactory
    List<DynamicTest> netsOfTheLibraryAgreeWithTheEvaluator() throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();
        long room = Runtime.getRuntime().maxMemory() / ROOM;
        int atOnce = Integer.getInteger("striate.device.nets", Math.clamp(Math.min(processors / 4, room), 1, 4));
        List<LibraryNet> nets = LibraryNet.all().stream()
                .sorted(Comparator.comparingDouble(LibraryNet::weight))
                .toList();
        return Together.tests(nets, atOnce, CudaDeviceTest::agree);
    }

    private static void agree(LibraryNet net) throws ReflectiveOperationException {
        int batch = net.macs(SMALL) > HEAVY ? 1 : 2;
        NetAgreement.checkInference(net.generated(), Backends.cuda(), batch, net.sizes(SMALL));
        if (net.enlargesRounding()) {
            NetAgreement.checkLayers(net.generated(), Backends.cuda(), batch, net.sizes(SMALL));
        } else if (net.net().model().training() != null) {
            NetAgreement.checkStep(net.generated(), Backends.cuda(), batch, net.sizes(SMALL));
        }
    }
}
