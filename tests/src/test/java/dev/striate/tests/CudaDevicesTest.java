package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Length;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Precision;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.backend.Learning;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Part;
import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.train.Progress;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import dev.striate.runtime.train.TrainingResult;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several devices that train together learn what one learns: on this machine, which stands in for all of them. */
class CudaDevicesTest {
    /** So small that every layer's gradients are brought together by themselves. */
    static final long BUCKET = 64;

    static final String NET = """
            net Small {
              input image: f32[N, 1, 6, 6]
              label digit: class[N, 3]
              image -> conv(4, 3x3) -> relu -> dropout(0.4) -> flatten -> fc(3) -> output logits
              loss xent = cross_entropy(logits, digit)
              metric acc = top1(logits, digit)
              metric both = f1(logits, digit)
            }
            """;

    private static final String WITH_STATISTICS = """
            net Small {
              input image: f32[N, 1, 6, 6]
              label digit: class[N, 3]
              image -> conv(4, 3x3) -> batch_norm -> relu -> flatten -> fc(3) -> output logits
              loss xent = cross_entropy(logits, digit)
            }
            """;

    /** Two epochs of batches of 6 and 4 in two phases, the second of which begins within an epoch. */
    static final Recipe RECIPE = Recipe.recipe(
            "Short",
            Data.data("drawn", 6).seed(6),
            Phase.phase(Length.steps(3), Optimizer.adam(0.01, 0.9, 0.999, 1e-8)),
            Phase.phase(Length.steps(3), Optimizer.sgd(0.05).momentum(0.9)));

    /** Pictures and classes drawn at random, of which one class may be out of range, and one picture may have a number too large. */
    record Drawn(int size, int classOutOfRange, int pictureTooLarge) implements DataSet {
        @Override
        public String name() {
            return "drawn";
        }

        @Override
        public List<Field> fields() {
            return List.of(Field.floats("image", 1, 6, 6), Field.classIndex("label", 3));
        }

        @Override
        public void read(int field, int index, long round, MemorySegment target, long offset) {
            if (field == 1) {
                int label = index == classOutOfRange ? 12 : Philox.below(3, 4, 0, index);
                target.setAtIndex(ValueLayout.JAVA_INT, offset, label);
                return;
            }
            for (int i = 0; i < 36; i++) {
                float value = index == pictureTooLarge ? Float.NaN : Philox.uniform(4, index, i);
                target.setAtIndex(ValueLayout.JAVA_FLOAT, offset + i, value);
            }
        }
    }

    static final DataSet DRAWN = new Drawn(10, -1, -1);

    private static final HostCode CODE = new HostCode();

    @TempDir
    Path folder = Path.of("");

    @BeforeAll
    static void hasACompiler() {
        assumeTrue(HostCode.isAvailable(), "no g++: training on several devices was not computed on the host");
    }

    record Trained(Net net, TrainingResult result) {}

    static Trained train(Net net, Backend backend, DataSet set, Recipe recipe) throws Exception {
        try (Trainer trainer = new Trainer(net, recipe, new Samples(set, null, set), backend)) {
            return new Trained(net, trainer.fit(new TrainingListener() {}));
        }
    }

    static Net net(GeneratedNet small) throws ReflectiveOperationException {
        return small.with(Weights.init(small.spec(), 2));
    }

    static float[] values(Net net) {
        return net.weights().values().toArray(ValueLayout.JAVA_FLOAT);
    }

    /** The last batch has 4 samples, which three devices share as 1, 1 and 2. */
    @Test
    void sharedBatchesTeachWhatWholeOnesTeach() throws Exception {
        GeneratedNet small = GeneratedNet.of(NET, folder);
        HostCuda alone = new HostCuda(CODE);
        Trained expected = train(net(small), alone.backend, DRAWN, RECIPE);
        for (int count = 1; count <= 3; count++) {
            HostDevices devices = new HostDevices(CODE, count, BUCKET);
            Trained found = train(net(small), devices.backend, DRAWN, RECIPE);
            assertThat(values(found.net))
                    .as("weights of %d devices", count)
                    .containsExactly(values(expected.net), within(count == 1 ? 0f : 2e-6f));
            checkMeans(found.result, expected.result, 1e-6);
            assertThat(devices.open()).as("what was not freed").isZero();
        }
    }

    /** A sample and the one that it is blended with are on two devices, or on one. */
    @Test
    void blendedBatchesTeachWhatTheyTeachInJava() throws Exception {
        GeneratedNet small = GeneratedNet.of(NET, folder);
        Recipe recipe = RECIPE.mixup(0.4);
        Trained expected = train(net(small), Backends.reference(), DRAWN, recipe);
        for (int count = 1; count <= 3; count++) {
            HostDevices devices = new HostDevices(CODE, count, BUCKET);
            Trained found = train(net(small), devices.backend, DRAWN, recipe);
            assertThat(values(found.net))
                    .as("weights of %d devices", count)
                    .containsExactly(values(expected.net), within(1e-5f));
            checkMeans(found.result, expected.result, 1e-5);
            assertThat(devices.open()).as("what was not freed").isZero();
        }
    }

    /** What Java copies to further inputs is blended there, too, and labels are exchanged. */
    @Test
    void blendedFieldsMayGoToSeveralInputs() throws Exception {
        GeneratedNet twice = GeneratedNet.of("""
                net Twice {
                  input a: f32[N, 1, 6, 6]
                  input b: f32[N, 1, 6, 6]
                  label c: class[N, 3]
                  label d: class[N, 3]
                  a -> conv(2, 3x3) -> flatten -> fc(3) -> output one
                  b -> flatten -> fc(3) -> output two
                  loss first = cross_entropy(one, c)
                  loss second = cross_entropy(two, d)
                  objective first + second
                }
                """, folder);
        Recipe recipe = RECIPE.mixup(0.4)
                .feed("a", "image")
                .feed("b", "image")
                .feed("c", "label")
                .feed("d", "label");
        Trained expected = train(net(twice), Backends.reference(), DRAWN, recipe);
        for (int count = 1; count <= 2; count++) {
            Trained found = train(net(twice), new HostDevices(CODE, count, BUCKET).backend, DRAWN, recipe);
            assertThat(values(found.net)).containsExactly(values(expected.net), within(1e-5f));
            checkMeans(found.result, expected.result, 1e-5);
        }
    }

    private static void checkMeans(TrainingResult found, TrainingResult expected, double tolerance) {
        assertThat(found.epochs()).hasSameSizeAs(expected.epochs());
        for (int epoch = 0; epoch < found.epochs().size(); epoch++) {
            var means = expected.epochs().get(epoch);
            found.epochs()
                    .get(epoch)
                    .forEach((name, mean) -> assertThat(mean).as(name).isCloseTo(means.get(name), within(tolerance)));
        }
    }

    /** One device's session for its part of a batch, with what it does in a step. */
    private record Member(NetSession session, UpdateLoops.Loop descend, UpdateLoops.Run all) {
        /** For its part of the one batch of {@link #DRAWN}. */
        static Member open(Net net, Part part, Batches batches) throws DataException {
            NetSession session = net.training(part.backend(), part.samples());
            UpdateLoops.Loop descend = session.learning().loops().descend();
            MemorySegment[] targets = {
                session.input("image").segment(), session.input("digit").segment()
            };
            batches.fill(DRAWN, 0, 0, part.first(), part.samples(), targets, 0);
            return new Member(
                    session,
                    descend,
                    new UpdateLoops.Run(0, 0, net.weights().spec().count(), 0));
        }

        void step() {
            session.run();
            Learning learning = session.learning();
            all.step(learning.weights(), learning.gradients(), 0.1f);
            descend.run(all, 0, all.n());
        }

        /** Multiplies all pictures. */
        void multiply(float factor) {
            MemorySegment image = session.input("image").segment();
            for (int i = 0; i < image.byteSize() / Float.BYTES; i++) {
                image.setAtIndex(ValueLayout.JAVA_FLOAT, i, factor * image.getAtIndex(ValueLayout.JAVA_FLOAT, i));
            }
        }

        /** How the gradients are scaled. */
        float[] scale() {
            UpdateLoops loops = session.learning().loops();
            return loops.read(loops.scale()).toArray(ValueLayout.JAVA_FLOAT);
        }

        float[] weights() {
            Learning learning = session.learning();
            return learning.loops().read(learning.weights()).toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private static List<Member> members(Net net, Backend backend) throws DataException {
        Batches batches = Batches.sequential(DRAWN, 10);
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < backend.devices(); i++) {
            members.add(Member.open(net, backend.part(i, 10), batches));
        }
        return members;
    }

    /** A step of all devices, and the weights behind it, which all have. */
    private static float[] step(List<Member> members, ExecutorService threads) {
        CompletableFuture.allOf(members.stream()
                        .map(m -> CompletableFuture.runAsync(m::step, threads))
                        .toArray(CompletableFuture[]::new))
                .join();
        members.forEach(m -> m.session.learning().changed().run());
        float[] first = members.getFirst().weights();
        assertThat(first).doesNotContain(Float.NaN);
        for (Member other : members) {
            assertThat(other.weights()).containsExactly(first);
        }
        return first;
    }

    /** The first step is done one by one, the second captured, the third replayed. */
    @Test
    void allDevicesHaveTheSameWeightsBehindEveryStep() throws Exception {
        GeneratedNet small = GeneratedNet.of(NET, folder);
        HostDevices devices = new HostDevices(CODE, 3, BUCKET);
        Net net = net(small);
        List<Member> members = members(net, devices.backend);
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            float[] before = net.weights().values().toArray(ValueLayout.JAVA_FLOAT);
            for (int step = 0; step < 4; step++) {
                float[] behind = step(members, threads);
                assertThat(behind).isNotEqualTo(before);
                before = behind;
            }
        }
        members.forEach(m -> m.session.close());
        assertThat(devices.open()).as("what was not freed").isZero();
    }

    /** The gradients of the others are finite in such a step: of them alone, they would change the weights. */
    @Test
    void gradientsThatAreTooLargeOnOneDeviceChangeNothingOnAny() throws Exception {
        GeneratedNet small = GeneratedNet.of(NET, folder);
        HostDevices devices = new HostDevices(CODE, 2, BUCKET);
        for (int large = 0; large < 2; large++) {
            List<Member> members =
                    members(net(small), devices.backend.in(Precision.MIXED_FP16).orElseThrow());
            for (Member member : members) {
                CudaNetsTest.scale(member.session.learning().loops(), 0x1p10f);
            }
            try (ExecutorService threads = Executors.newCachedThreadPool()) {
                float[] before = step(members, threads);
                float scale = 0x1p10f;
                for (int run = 0; run < 2; run++) {
                    members.get(large).multiply(0x1p11f);
                    assertThat(step(members, threads)).containsExactly(before);
                    scale /= 2;
                    for (Member member : members) {
                        assertThat(member.scale()).containsExactly(scale, 0, 0);
                    }
                    members.get(large).multiply(0x1p-11f);
                    float[] behind = step(members, threads);
                    assertThat(behind).isNotEqualTo(before);
                    before = behind;
                }
            }
            members.forEach(m -> m.session.close());
        }
        assertThat(devices.open()).as("what was not freed").isZero();
    }

    /** The mean over all samples is the mean of the devices' means, where each has as many. */
    @Test
    void runningStatisticsAreTheMeansOverAllDevices() throws Exception {
        GeneratedNet small = GeneratedNet.of(WITH_STATISTICS, folder);
        Recipe step = Recipe.recipe("Step", Data.data("drawn", 10).seed(1), Phase.phase(1, Optimizer.sgd(0.1)));
        Net expected = small.with(Weights.init(small.spec(), 2));
        Net found = small.with(Weights.init(small.spec(), 2));
        train(expected, new HostCuda(CODE).backend, DRAWN, step);
        train(found, new HostDevices(CODE, 2, BUCKET).backend, DRAWN, step);
        String mean = small.paths().stream()
                .filter(p -> p.endsWith("mean"))
                .findFirst()
                .orElseThrow();
        assertThat(found.weights().of(mean).toArray(ValueLayout.JAVA_FLOAT))
                .containsExactly(expected.weights().of(mean).toArray(ValueLayout.JAVA_FLOAT), within(1e-6f));
    }

    @Test
    void aRunGoesOnWhereItWasInterrupted() throws Exception {
        goesOn(GeneratedNet.of(NET, folder), RECIPE);
    }

    /** Large gradients, so that the scale is on its way down there. */
    @Test
    void aRunInFloat16GoesOnWithTheScaleOnAllDevices() throws Exception {
        GeneratedNet large = GeneratedNet.of(NET.replaceFirst("}\\s*$", "  objective 64 * xent\n}\n"), folder);
        assertThat(goesOn(large, RECIPE.precision(Precision.MIXED_FP16))).isNotEqualTo(values(net(large)));
    }

    private float[] goesOn(GeneratedNet small, Recipe recipe) throws Exception {
        HostDevices devices = new HostDevices(CODE, 2, BUCKET);
        Trained whole = train(net(small), devices.backend, DRAWN, recipe);
        Net net = net(small);
        Samples samples = new Samples(DRAWN, null, DRAWN);
        Path file = folder.resolve("run.safetensors");
        try (Trainer trainer = new Trainer(net, recipe, samples, devices.backend)) {
            trainer.fit(new TrainingListener() {
                @Override
                public void step(Progress progress) {
                    if (progress.step() == 4) {
                        trainer.stop();
                    }
                }
            });
            trainer.save(file);
        }
        Net other = net(small);
        try (Trainer trainer = new Trainer(other, recipe, samples, devices.backend)) {
            trainer.resume(file);
            trainer.fit(new TrainingListener() {});
        }
        assertThat(values(other)).containsExactly(values(whole.net));
        assertThat(devices.open()).as("what was not freed").isZero();
        return values(other);
    }

    /** The samples of the second device, one by one, are numbered as those of the batch are. */
    @Test
    void whatGoesWrongOnOneDeviceStopsAllBeforeThatStep() throws Exception {
        GeneratedNet small = GeneratedNet.of(NET, folder);
        for (int sample : new int[] {0, 3, 6, 9}) {
            int other = (sample + 5) % 10;
            for (DataSet set :
                    List.of(new Drawn(10, sample, -1), new Drawn(10, -1, sample), new Drawn(10, sample, other))) {
                Net expected = net(small);
                Net found = net(small);
                HostDevices devices = new HostDevices(CODE, 2, BUCKET);
                Throwable one = catchThrowable(() -> train(expected, new HostCuda(CODE).backend, set, RECIPE));
                Throwable two = catchThrowable(() -> train(found, devices.backend, set, RECIPE));
                assertThat(two).hasSameClassAs(one).hasMessage(one.getMessage());
                assertThat(values(found)).containsExactly(values(expected), within(2e-6f));
                assertThat(devices.open()).as("what was not freed").isZero();
            }
        }
    }

    /** Of two blended samples the bad one is named, whichever device has it. */
    @Test
    void whatGoesWrongWithBlendedSamplesIsSaidAsInJava() throws Exception {
        GeneratedNet small = GeneratedNet.of(NET, folder);
        Recipe recipe = RECIPE.mixup(0.4);
        for (int sample : new int[] {0, 3, 6, 9}) {
            for (DataSet set : List.of(new Drawn(10, sample, -1), new Drawn(10, -1, sample))) {
                Net expected = net(small);
                Throwable one = catchThrowable(() -> train(expected, Backends.reference(), set, recipe));
                for (int count = 1; count <= 2; count++) {
                    Net found = net(small);
                    HostDevices devices = new HostDevices(CODE, count, BUCKET);
                    Throwable two = catchThrowable(() -> train(found, devices.backend, set, recipe));
                    assertThat(two).hasSameClassAs(one).hasMessage(one.getMessage());
                    assertThat(values(found)).containsExactly(values(expected), within(1e-5f));
                    assertThat(devices.open()).as("what was not freed").isZero();
                }
            }
        }
    }

    @Test
    void aDeviceThatFailsEndsTheRunForAll() throws Exception {
        GeneratedNet small = GeneratedNet.of(NET, folder);
        for (int launches : new int[] {20, 50, 70}) {
            HostDevices devices = new HostDevices(CODE, 2, BUCKET);
            devices.all.get(1).driver.failAfter(launches);
            assertThatThrownBy(() -> train(net(small), devices.backend, DRAWN, RECIPE))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageMatching("cu(Kernel|Graph)?Launch(Kernel)? failed: the GPU has fallen off the bus");
            assertThat(devices.open()).as("what was not freed").isZero();
        }
    }

    @Test
    void batchesThatCannotBeSharedAreRefused() throws Exception {
        GeneratedNet small = GeneratedNet.of(NET, folder);
        HostDevices devices = new HostDevices(CODE, 4, BUCKET);
        assertThatThrownBy(() -> train(net(small), devices.backend, DRAWN, RECIPE))
                .isInstanceOf(DataException.class)
                .hasMessage("a batch of 6 cannot be shared equally by 4 devices; make it a multiple of 4");
        Recipe four = RECIPE.data(Data.data("drawn", 4).seed(6));
        assertThatThrownBy(() -> train(net(small), devices.backend, DRAWN, four))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "a batch of 2 cannot be run: 4 devices share it, and each needs a sample; choose a batch size"
                                + " that leaves no smaller batch at the end of an epoch, or drop_last=true");
        assertThat(devices.open()).as("what was not freed").isZero();
    }
}
