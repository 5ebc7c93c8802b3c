package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.compiler.eval.Nd;
import dev.striate.core.Sizes;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Average;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Ensemble;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.CudaBackend;
import dev.striate.runtime.cuda.kernel.AverageKernel;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

    /** What is checked on a device; here TF32 rounds nothing. */
    @TestFactory
    List<DynamicTest> smallNetsAgreeWithTheEvaluatorAsFarAsTheirDigitsGo() throws Exception {
        List<DynamicTest> all = new ArrayList<>();
        for (Style style : List.of(Style.TF32, Style.BF16, Style.FP16)) {
            all.addAll(StyleAgreement.smallNets(style, () -> cuda.backend(style, false)));
        }
        return all;
    }

    /** The errors of bfloat16 are larger than float16 has. */
    @Test
    void fewerDigitsAreSeen() throws Exception {
        GeneratedNet lenet5 = GeneratedNet.of(GeneratedNetTest.lenet5(), folder);
        CudaBackend narrow = cuda.backend(Style.BF16, false);
        NetAgreement.checkRounded(lenet5, narrow, StyleAgreement.halfStep(Style.BF16), 4);
        assertThatThrownBy(() -> NetAgreement.checkRounded(lenet5, narrow, 0x1p-13, 4))
                .isInstanceOf(AssertionError.class);
    }

    /** Not rounded here, as products are on a device: so that only where numbers lie is other. */
    @Test
    void netsWithChannelsLastAgreeWithTheEvaluator() throws Exception {
        CudaBackend channelsLast = cuda.backend(Style.TF32, false);
        NetAgreement.check(GeneratedNet.of(GeneratedNetTest.lenet5(), folder), channelsLast, 4);
        for (int seed = 3; seed < 5; seed++) {
            String text = RandomNets.draw(seed);
            try {
                NetAgreement.check(GeneratedNet.of(text, folder.resolve("net" + seed)), channelsLast, 1 + seed % 3);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ":\n" + text, e);
            }
        }
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    @ParameterizedTest
    @EnumSource(names = "NOTHING", mode = EnumSource.Mode.EXCLUDE)
    void whatTheLibraryRefusesIsDoneOtherwise(HostDnn.Refusal refusal) throws Exception {
        cuda.dnn.refuse(refusal);
        GeneratedNet lenet5 = GeneratedNet.of(GeneratedNetTest.lenet5(), folder);
        NetAgreement.check(lenet5, cuda.backend, 4);
        NetAgreement.check(lenet5, cuda.backend(Style.TF32, false), 4);
        numbersOf16BitsAreExactWhereTheyHaveTheDigits(Style.FP16);
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    /** Whole numbers below 2^8 have no more digits than 16 bits have room for, and neither have their products and sums. */
    @ParameterizedTest
    @EnumSource(names = {"BF16", "FP16"})
    void numbersOf16BitsAreExactWhereTheyHaveTheDigits(Style style) throws Exception {
        GeneratedNet generated = GeneratedNet.of(WHOLE_NUMBERS, folder.resolve("whole"));
        Weights weights = Weights.zeros(generated.spec());
        fillWhole(weights.values(), 1, 3); // one in three weights is not 0
        Net net = generated.with(weights);
        CudaBackend narrow = cuda.backend(style, false);
        try (NetSession expected = net.training(Backends.reference(), 2);
                NetSession found = net.training(narrow, 2);
                NetSession plain = net.open(Backends.reference(), 2);
                NetSession served = net.open(narrow, 2)) {
            scale(found.learning().loops(), 1);
            for (int run = 0; run < 4; run++) {
                for (NetSession session : List.of(expected, found, plain, served)) {
                    for (String name : session.inputNames()) {
                        fillWhole(session.input(name).segment(), 2 + run, 2);
                    }
                    session.run();
                }
                assertThat(largest(plain.output("y").toArray())).isBetween(1f, 255f);
                assertThat(served.output("y").toArray())
                        .containsExactly(plain.output("y").toArray());
                assertThat(found.output("distance").value())
                        .isEqualTo(expected.output("distance").value());
                float[] gradients = expected.gradients().toArray(ValueLayout.JAVA_FLOAT);
                assertThat(largest(gradients)).isGreaterThan(1f);
                // Sums over all places may have more digits, and are rounded once.
                for (int i = 0; i < gradients.length; i++) {
                    assertThat(found.gradients().getAtIndex(ValueLayout.JAVA_FLOAT, i))
                            .isCloseTo(gradients[i], within(Math.abs(gradients[i]) * 0x1p-8f));
                }
                weights.values().setAtIndex(ValueLayout.JAVA_FLOAT, 4L * run, 1 - run % 2);
                weights.changed();
            }
        }
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    private static final String WHOLE_NUMBERS = """
            net Whole {
              input image: f32[N, 2, 6, 6]
              input target: f32[N, 2]
              image -> conv(3, 3, pad=1) -> relu -> max_pool(2) -> conv(2, 3) -> flatten -> fc(2) -> output y
              loss distance = mse(y, target)
            }
            """;

    /** Begins gradients with another number, where they are scaled at all. */
    static void scale(UpdateLoops loops, float factor) {
        MemorySegment scale = loops.scale();
        if (scale.byteSize() > 0) {
            MemorySegment numbers = Arena.ofAuto().allocate(scale.byteSize(), Float.BYTES);
            numbers.setAtIndex(ValueLayout.JAVA_FLOAT, 0, factor);
            loops.write(numbers, scale);
        }
    }

    /** Numbers -1, 0 and 1, one in {@code every} not 0. */
    private static void fillWhole(MemorySegment values, long stream, int every) {
        for (int i = 0; i < values.byteSize() / Float.BYTES; i++) {
            int drawn = Philox.below(2 * every, OpCase.SEED, stream, i);
            values.setAtIndex(ValueLayout.JAVA_FLOAT, i, drawn == 0 ? 1 : drawn == 1 ? -1 : 0);
        }
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float v : values) {
            largest = Math.max(largest, Math.abs(v));
        }
        return largest;
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

    /** Nobody has waited for its last run. */
    @Test
    void aSessionIsAtRestBeforeItIsTakenApart() {
        try (NetSession session = LeNet5.init(3).evaluation(cuda.backend, 2)) {
            session.totals(List.of(session.output("xent")), 2);
            session.launch();
        }
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    /** Of scores, which a softmax follows, and with losses and metrics of the averages. */
    @Test
    void ensemblesAgreeWithTheReference() {
        Ensemble ensemble = new Ensemble(List.of(LeNet5.init(1), LeNet5.init(2), LeNet5.init(3)));
        try (NetSession expected = ensemble.evaluation(Backends.reference(), 2);
                NetSession found = ensemble.evaluation(cuda.backend, 2)) {
            for (int run = 0; run < 4; run++) {
                for (NetSession session : List.of(expected, found)) {
                    for (String name : session.inputNames()) {
                        fill(session.input(name), run);
                    }
                    session.run();
                }
                for (String name : expected.outputNames()) {
                    assertThat(found.output(name).toArray())
                            .as("%s in run %d", name, run)
                            .containsExactly(expected.output(name).toArray(), within(1e-5f));
                }
            }
        }
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    @Test
    void everyKindOfOutputIsAveragedAsInJava() {
        cuda.driver.enter();
        long stream = cuda.driver.stream();
        Sizes shape = Sizes.of(2, 5, 3);
        for (Average kind : Average.values()) {
            try (Arena arena = Arena.ofConfined()) {
                List<MemorySegment> members = drawn(arena, 3, shape.elements());
                List<MemorySegment> others = members.subList(1, members.size());
                MemorySegment table = arena.allocateFrom(
                        ValueLayout.JAVA_LONG,
                        others.stream().mapToLong(MemorySegment::address).toArray());
                MemorySegment found = arena.allocateFrom(
                        ValueLayout.JAVA_FLOAT, members.getFirst().toArray(ValueLayout.JAVA_FLOAT));
                Source source = AverageKernel.of(kind, Average.lines(shape), members.size());
                long module = cuda.driver.load(Source.module(List.of(source)).getBytes(StandardCharsets.UTF_8));
                long function = cuda.driver.function(module, source.name());
                cuda.driver.launch(function, 1, Call.BLOCK, new long[] {found.address(), table.address()}, stream);
                cuda.driver.await(stream);
                cuda.driver.unload(module);
                kind.of(new Tensor(shape, members.getFirst()), others).run();
                assertThat(found.toArray(ValueLayout.JAVA_FLOAT))
                        .as("%s", kind)
                        .containsExactly(members.getFirst().toArray(ValueLayout.JAVA_FLOAT), within(1e-6f));
            }
        }
    }

    private static List<MemorySegment> drawn(Arena arena, int members, int elements) {
        List<MemorySegment> all = new ArrayList<>();
        for (int m = 0; m < members; m++) {
            MemorySegment member = arena.allocate(ValueLayout.JAVA_FLOAT, elements);
            for (int i = 0; i < elements; i++) {
                member.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) Philox.normal(2, m, i));
            }
            all.add(member);
        }
        return all;
    }

    @Tag("slow")
    @TestFactory
    List<DynamicTest> lightNetsOfTheLibraryAgreeWithTheEvaluator() throws Exception {
        return LibraryNet.all().stream()
                .filter(n -> n.net().model().training() != null)
                .sorted(Comparator.comparingDouble(LibraryNet::weight))
                .limit(LIGHT)
                .map(net -> DynamicTest.dynamicTest(net.toString(), () -> {
                    NetAgreement.checkInference(net.generated(), cuda.backend, 2, net.sizes(SMALL));
                    NetAgreement.checkStep(net.generated(), cuda.backend, 2, net.sizes(SMALL));
                }))
                .toList();
    }
}
