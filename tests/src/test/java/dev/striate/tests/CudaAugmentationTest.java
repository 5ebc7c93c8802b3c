package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.Sizes;
import dev.striate.core.recipe.Augmentation;
import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Length;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Transform;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.kernel.AugmentKernels;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.SplitSet;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.data.TransformedSet;
import dev.striate.runtime.train.Evaluation;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transforms that a device does give the pictures that they give in Java: on this machine in the place of the device. */
class CudaAugmentationTest {
    static final int SAMPLES = 5;
    static final long SEED = 6;
    private static final long EPOCH = 3;
    private static final long CHAINS = 12;
    /** Of sines and means, which are added in another order. */
    static final float ROUNDING = 2e-6f;

    static final Transform NORMALIZE = new Transform.Normalize(List.of(0.4, 0.5, 0.6), List.of(0.2, 0.3, 0.25));

    static final Sizes COLOURS = Sizes.of(3, 7, 6);
    private static final Sizes GREY = Sizes.of(1, 6, 8);

    /** Everything that a device does, on the pictures of the test. */
    static final Augmentation ALL = new Augmentation(
            List.of(
                    new Transform.RandomResizedCrop(9, 8, 0.3, 1, 0.75, 1.25),
                    new Transform.RandomCrop(6, 6, 1),
                    new Transform.HorizontalFlip(0.5),
                    new Transform.Rotate(15),
                    new Transform.Jitter(0.2, 0.3, 0.4, 0.1),
                    new Transform.Noise(0.05),
                    new Transform.VerticalFlip(0.3),
                    new Transform.Cutout(2),
                    NORMALIZE,
                    new Transform.ResizeShorter(7),
                    new Transform.Scale(0.8, 1.2),
                    new Transform.Translate(0.1, 0.2),
                    new Transform.CenterCrop(5, 4),
                    new Transform.Resize(4, 5)),
            0,
            SEED,
            COLOURS,
            0);

    private static final List<List<Transform>> SINGLE = List.of(
            List.of(new Transform.CenterCrop(5, 3)),
            List.of(new Transform.RandomCrop(7, 6, 2)),
            List.of(new Transform.RandomCrop(4, 5, 0)),
            List.of(new Transform.HorizontalFlip(0.5)),
            List.of(new Transform.VerticalFlip(0.5)),
            List.of(new Transform.Cutout(3)),
            List.of(new Transform.Noise(0.1)),
            List.of(NORMALIZE),
            List.of(new Transform.Normalize(List.of(0.3), List.of(0.7))),
            List.of(new Transform.Resize(4, 4)),
            List.of(new Transform.Resize(9, 11)),
            List.of(new Transform.Resize(3, 13)),
            List.of(new Transform.ResizeShorter(4)),
            List.of(new Transform.ResizeShorter(9)),
            List.of(new Transform.RandomResizedCrop(5, 5, 0.2, 1, 0.75, 1.33)),
            List.of(new Transform.RandomResizedCrop(9, 4, 0.1, 0.4, 0.5, 2)),
            // No part has these proportions and that area, so that it is the largest in the middle.
            List.of(new Transform.RandomResizedCrop(4, 4, 1, 1, 3, 4)),
            List.of(new Transform.Rotate(30)),
            List.of(new Transform.Translate(0.3, 0.2)),
            List.of(new Transform.Scale(0.5, 2)),
            List.of(new Transform.Jitter(0.5, 0, 0, 0)),
            List.of(new Transform.Jitter(0, 1.5, 0, 0)),
            List.of(new Transform.Jitter(0, 0, 1.5, 0)),
            List.of(new Transform.Jitter(0, 0, 0, 0.5)),
            List.of(new Transform.Jitter(0.2, 0.3, 0.4, 0.1)));

    private final HostCuda cuda = new HostCuda();

    @TempDir
    Path folder = Path.of("");

    @BeforeAll
    static void hasACompiler() {
        assumeTrue(HostCode.isAvailable(), "no g++: transforms were not computed on the host");
    }

    @Test
    void everyTransformGivesWhatItGivesInJava() throws Exception {
        agree(every());
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    private static List<Augmentation> every() {
        List<Augmentation> cases = new ArrayList<>(List.of(ALL));
        for (List<Transform> one : SINGLE) {
            cases.add(new Augmentation(one, 0, SEED, COLOURS, 0));
            if (!one.contains(NORMALIZE)) {
                cases.add(new Augmentation(one, 0, SEED, GREY, 0));
            }
        }
        return cases;
    }

    /** Every transform, with numbers that differ by so much at most. */
    static void agree(Backend backend, Path folder, float most) throws Exception {
        for (Augmentation one : every()) {
            agrees(one, backend, folder, most);
        }
    }

    @Test
    void randomChainsGiveWhatTheyGiveInJava() throws Exception {
        List<Augmentation> cases = new ArrayList<>();
        for (long seed = 0; seed < CHAINS; seed++) {
            Draw draw = new Draw(seed);
            List<Transform> chain = IntStream.range(0, draw.between(2, 6))
                    .mapToObj(i -> transform(draw))
                    .toList();
            cases.add(new Augmentation(chain, 0, SEED, draw.of(COLOURS, GREY), draw.of(0, 16, 255)));
        }
        agree(cases);
    }

    /** One that pictures of 4x4 and more can go through, and leave with as much. */
    private static Transform transform(Draw d) {
        return switch (d.between(0, 12)) {
            case 0 -> new Transform.Resize(d.between(4, 12), d.between(4, 12));
            case 1 -> new Transform.ResizeShorter(d.between(4, 12));
            case 2 -> new Transform.CenterCrop(4, 4);
            case 3 -> new Transform.RandomCrop(d.between(4, 8), d.between(4, 8), 2);
            case 4 -> new Transform.RandomResizedCrop(d.between(4, 9), d.between(4, 9), 0.3, 1, 0.75, 1.5);
            case 5 -> new Transform.HorizontalFlip(0.5);
            case 6 -> new Transform.VerticalFlip(0.5);
            case 7 -> new Transform.Rotate(d.between(1, 180));
            case 8 -> new Transform.Translate(0.1 * d.between(0, 5), 0.2);
            case 9 -> new Transform.Scale(0.7, 1.4);
            case 10 -> new Transform.Jitter(0.4, 0.3, 0.1 * d.between(0, 9), 0.2);
            case 11 -> new Transform.Cutout(d.between(1, 3));
            default -> new Transform.Normalize(List.of(0.1), List.of(1.5));
        };
    }

    private static boolean isExact(Transform transform) {
        return switch (transform) {
            case Transform.Noise n -> false;
            case Transform.Rotate r -> false;
            case Transform.Jitter j -> false;
            default -> true;
        };
    }

    @Test
    void bytesBecomeTheNumbersThatTheyAreInJava() throws Exception {
        List<Augmentation> cases = new ArrayList<>();
        for (int maximum : new int[] {16, 255}) {
            cases.add(new Augmentation(List.of(), 0, SEED, GREY, maximum));
            cases.add(new Augmentation(List.of(new Transform.Rotate(10), NORMALIZE), 0, SEED, COLOURS, maximum));
            cases.add(new Augmentation(ALL.transforms(), 0, SEED, COLOURS, maximum));
        }
        agree(cases);
    }

    private void agree(List<Augmentation> cases) throws Exception {
        cuda.code.prepare(cases.stream()
                .flatMap(c -> AugmentKernels.of(c, SAMPLES, SAMPLES).stream())
                .map(AugmentKernels.Pass::source)
                .toList());
        for (Augmentation one : cases) {
            boolean exact = one.transforms().stream().allMatch(CudaAugmentationTest::isExact);
            agrees(one, cuda.backend, folder, exact ? 0f : ROUNDING);
        }
    }

    /** The second batch, whose samples are numbered from 5 on. */
    private static void agrees(Augmentation how, Backend backend, Path folder, float most) throws Exception {
        DataSet drawn = new DrawnPictures(how.shape(), how.maximum());
        DataSet whole = how.transforms().isEmpty() ? drawn : TransformedSet.of(drawn, how.transforms(), SEED);
        GeneratedNet halves = halves(whole.fields().getFirst().shape(), folder);
        agree(how.toString(), whole, 0, Batches.sequential(whole, SAMPLES), halves, backend, most);
    }

    /** A net that shows the pictures that it gets. Halves are exact in float32. */
    static GeneratedNet halves(Sizes shape, Path folder) throws Exception {
        return GeneratedNet.of(
                "net Halves { input image: f32[N, %d, %d, %d]  image -> leaky_relu(0.5) -> output y }"
                        .formatted(shape.dim(0), shape.dim(1), shape.dim(2)),
                folder);
    }

    /** The second batch of 5 samples, in one field. */
    static void agree(
            String what, DataSet whole, int field, Batches batches, GeneratedNet halves, Backend backend, float most)
            throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment[] targets = room(whole, arena);
            batches.fill(EPOCH, 1, targets);
            float[] expected = targets[field].toArray(ValueLayout.JAVA_FLOAT);
            for (int i = 0; i < expected.length; i++) {
                expected[i] = expected[i] < 0 ? expected[i] / 2 : expected[i];
            }
            SplitSet split = Objects.requireNonNull(SplitSet.of(whole));
            assertThat(onDevice(split, field, batches, halves, backend, room(split, arena)))
                    .as("%s", what)
                    .containsExactly(expected, within(most));
        }
    }

    private static MemorySegment[] room(DataSet set, Arena arena) {
        return set.fields().stream()
                .map(f ->
                        arena.allocate((long) Float.BYTES * SAMPLES * f.shape().elements()))
                .toArray(MemorySegment[]::new);
    }

    private static float[] onDevice(
            SplitSet split, int field, Batches batches, GeneratedNet halves, Backend backend, MemorySegment[] targets)
            throws Exception {
        try (NetSession session = halves.with(Weights.init(halves.spec(), 1)).open(backend, SAMPLES)) {
            Augmentation how = Objects.requireNonNull(split.augmentation(field));
            Input image = session.input("image");
            session.augment(image, how, SAMPLES);
            assertThat(image.segment().byteSize()).as("what is copied").isEqualTo(how.bytes(SAMPLES));
            targets[field] = image.segment();
            batches.fill(split, EPOCH, 1, 0, SAMPLES, targets, 0);
            long numbers = how.numbers(SAMPLES);
            image.segment().set(ValueLayout.JAVA_LONG, numbers, EPOCH);
            batches.numbers(split, field, EPOCH, 1, 0, SAMPLES, image.segment(), numbers + Long.BYTES);
            session.run();
            return session.output("y").toArray();
        }
    }

    /** Batches of 4, 4 and 2, in runs that nobody waits for. */
    @Test
    void trainingWithTransformsLearnsWhatItLearnsInJava() throws Exception {
        Recipe recipe = Recipe.recipe(
                        "Short",
                        Data.data("drawn", 4).seed(SEED),
                        Phase.phase(Length.steps(6), Optimizer.sgd(0.05).momentum(0.9)))
                .training(
                        new Transform.Rotate(10),
                        new Transform.RandomCrop(6, 6, 2),
                        new Transform.HorizontalFlip(0.5),
                        NORMALIZE)
                .serving(new Transform.CenterCrop(6, 6), NORMALIZE);
        GeneratedNet small = small();
        for (int maximum : new int[] {0, 255}) {
            float[] expected = trained(small, recipe, Backends.reference(), maximum);
            assertThat(trained(small, recipe, cuda.backend, maximum)).containsExactly(expected, within(1e-5f));
            assertThat(cuda.code.has("augment_"))
                    .as("transforms were done on the device")
                    .isTrue();
            assertThat(trained(small, recipe, new HostDevices(cuda.code, 2, 64).backend, maximum))
                    .containsExactly(expected, within(1e-5f));
        }
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    /** A step runs the net twice, on the same pictures. Of three devices, the one in the middle has pairs of its own in batches of 6. */
    @Test
    void picturesAreBlendedOnTheDevice() throws Exception {
        Recipe recipe = Recipe.recipe(
                        "Blended",
                        Data.data("drawn", 6).seed(SEED),
                        Phase.phase(Length.steps(6), Optimizer.sgd(0.05).momentum(0.9)))
                .training(new Transform.RandomCrop(6, 6, 2), NORMALIZE)
                .mixup(0.4)
                .serving(new Transform.CenterCrop(6, 6), NORMALIZE);
        for (int maximum : new int[] {0, 255}) {
            float[] expected = trained(small(), recipe, Backends.reference(), maximum);
            assertThat(trained(small(), recipe, cuda.backend, maximum)).containsExactly(expected, within(1e-5f));
            assertThat(trained(small(), recipe, new HostDevices(cuda.code, 3, 64).backend, maximum))
                    .containsExactly(expected, within(1e-5f));
        }
        assertThat(cuda.code.has("blend_pictures_"))
                .as("pictures were blended on the device")
                .isTrue();
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    @Test
    void picturesAreTransformedOnTheDeviceToBeTested() throws Exception {
        List<Transform> serving = List.of(new Transform.Resize(8, 8), new Transform.CenterCrop(6, 6), NORMALIZE);
        Net net = small().with(Weights.init(small().spec(), 2));
        for (int maximum : new int[] {0, 255}) {
            DataSet set = TransformedSet.of(new DrawnPictures(COLOURS, maximum), serving, SEED);
            Map<String, Double> expected = Evaluation.of(net, set, Map.of(), 4, Backends.reference());
            Map<String, Double> found = Evaluation.of(net, set, Map.of(), 4, cuda.backend);
            assertThat(found.getOrDefault("xent", Double.NaN))
                    .isCloseTo(expected.getOrDefault("xent", 0.0), within(1e-5));
        }
        assertThat(cuda.code.has("augment_"))
                .as("transforms were done on the device")
                .isTrue();
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    private GeneratedNet small() throws Exception {
        return GeneratedNet.of("""
                net Small {
                  input image: f32[N, 3, 6, 6]
                  label digit: class[N, 3]
                  image -> conv(4, 3x3) -> relu -> flatten -> fc(3) -> output logits
                  loss xent = cross_entropy(logits, digit)
                }
                """, folder);
    }

    private static float[] trained(GeneratedNet small, Recipe recipe, Backend backend, int maximum) throws Exception {
        Net net = small.with(Weights.init(small.spec(), 2));
        Samples samples = Samples.of(
                new Splits(new DrawnPictures(COLOURS, maximum), new DrawnPictures(COLOURS, maximum)), recipe);
        try (Trainer trainer = new Trainer(net, recipe, samples, backend)) {
            trainer.fit(new TrainingListener() {});
        }
        return net.weights().values().toArray(ValueLayout.JAVA_FLOAT);
    }
}
