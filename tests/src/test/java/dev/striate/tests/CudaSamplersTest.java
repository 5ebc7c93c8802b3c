package dev.striate.tests;

import static dev.striate.tests.CudaAugmentationTest.COLOURS;
import static dev.striate.tests.CudaAugmentationTest.NORMALIZE;
import static dev.striate.tests.CudaAugmentationTest.ROUNDING;
import static dev.striate.tests.CudaAugmentationTest.SAMPLES;
import static dev.striate.tests.CudaAugmentationTest.SEED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.Sizes;
import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Length;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Sampler;
import dev.striate.core.recipe.Transform;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.kernel.AugmentKernels;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.data.SampledSets;
import dev.striate.runtime.data.SplitSet;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.data.TransformedSet;
import dev.striate.runtime.train.Evaluation;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device transforms the pictures of pairs, triplets and autoencoders, and those that several inputs take. */
class CudaSamplersTest {
    private static final List<Transform> EXACT = List.of(
            new Transform.RandomCrop(6, 6, 2),
            new Transform.HorizontalFlip(0.5),
            new Transform.Cutout(2),
            new Transform.VerticalFlip(0.5));

    /** Pairs and the like of pictures. */
    private record Case(Sampler sampler, List<Transform> transforms, int maximum) {
        DataSet set() throws Exception {
            DataSet drawn = new DrawnPictures(COLOURS, maximum);
            DataSet changed = transforms.isEmpty() ? drawn : TransformedSet.of(drawn, transforms, SEED);
            return SampledSets.of(changed, sampler, SEED + 1);
        }

        /** Whether the device gives the very numbers of Java. */
        boolean isExact() {
            return transforms.size() <= EXACT.size()
                    && !(sampler instanceof Sampler.Autoencode encoded && encoded.noise() > 0);
        }
    }

    private static final String TOWER = """
            block Tower(x) {
              x -> conv(4, 3x3) -> relu -> flatten -> fc(3)
            }
            """;

    private final HostCuda cuda = new HostCuda();

    @TempDir
    Path folder = Path.of("");

    @BeforeAll
    static void hasACompiler() {
        assumeTrue(HostCode.isAvailable(), "no g++: transforms were not computed on the host");
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        List<Sampler> samplers = List.of(
                new Sampler.Pairs(0.5), new Sampler.Triplets(), new Sampler.Autoencode(0), new Sampler.Autoencode(0.2));
        for (Sampler sampler : samplers) {
            cases.add(new Case(sampler, EXACT, 0));
            cases.add(new Case(sampler, EXACT, 255));
            cases.add(new Case(sampler, CudaAugmentationTest.ALL.transforms(), 255));
            cases.add(new Case(sampler, List.of(), 255));
        }
        return cases;
    }

    /** The second sample of a pair draws what it draws as the first of another pair. */
    @Test
    void picturesAreThoseThatJavaMakes() throws Exception {
        prepare();
        agree(cuda.backend, folder, 0, ROUNDING);
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    /**
     * Pictures of all samplers.
     *
     * @param exact by how much numbers differ at most that come from no rounded function
     * @param rounded by how much the others do
     */
    static void agree(Backend backend, Path folder, float exact, float rounded) throws Exception {
        Map<Sizes, GeneratedNet> nets = new HashMap<>();
        for (Case one : cases()) {
            DataSet set = one.set();
            Batches batches = Batches.shuffled(set, SAMPLES, SEED, false);
            for (int i = 0; i < set.fields().size(); i++) {
                Field field = set.fields().get(i);
                if (field.isPicture()) {
                    GeneratedNet net = nets.get(field.shape());
                    net = net == null ? CudaAugmentationTest.halves(field.shape(), folder) : net;
                    nets.put(field.shape(), net);
                    String what = one + ", " + field.name();
                    CudaAugmentationTest.agree(what, set, i, batches, net, backend, one.isExact() ? exact : rounded);
                }
            }
        }
    }

    private void prepare() throws Exception {
        List<Source> sources = new ArrayList<>();
        for (Case one : cases()) {
            SplitSet split = Objects.requireNonNull(SplitSet.of(one.set()));
            IntStream.range(0, split.fields().size())
                    .mapToObj(split::augmentation)
                    .filter(Objects::nonNull)
                    .flatMap(how -> AugmentKernels.of(how, SAMPLES, SAMPLES).stream())
                    .forEach(pass -> sources.add(pass.source()));
        }
        cuda.code.prepare(sources);
    }

    @Test
    void pairsAreTransformedOnTheDevice() throws Exception {
        GeneratedNet pair = GeneratedNet.of(TOWER + """
                net Pair {
                  input first: f32[N, 3, 6, 6]
                  input second: f32[N, 3, 6, 6]
                  label same: f32[N]
                  shared tower = Tower
                  let a = first -> tower -> output code
                  let b = second -> tower
                  loss pair = contrastive(a, b, same)
                }
                """, folder);
        learnsAsInJava(pair, recipe(data().pairs(0.5)), 2);
    }

    @Test
    void tripletsAreTransformedOnTheDevice() throws Exception {
        GeneratedNet three = GeneratedNet.of(TOWER + """
                net Three {
                  input anchor: f32[N, 3, 6, 6]
                  input positive: f32[N, 3, 6, 6]
                  input negative: f32[N, 3, 6, 6]
                  shared tower = Tower
                  let a = anchor -> tower -> output code
                  let p = positive -> tower
                  let n = negative -> tower
                  loss apart = triplet(a, p, n)
                }
                """, folder);
        learnsAsInJava(three, recipe(data().triplets()), 2);
    }

    /** What nobody takes is larger before the transforms than behind them. */
    @Test
    void onePictureOfATripletIsNotTaken() throws Exception {
        GeneratedNet near = GeneratedNet.of(TOWER + """
                net Near {
                  input anchor: f32[N, 3, 6, 6]
                  input positive: f32[N, 3, 6, 6]
                  shared tower = Tower
                  let a = anchor -> tower -> output code
                  let p = positive -> tower
                  loss near = mse(a, p)
                }
                """, folder);
        learnsAsInJava(near, recipe(data().triplets()), 2);
    }

    @Test
    void picturesAndTheirTargetsAreTransformedOnTheDevice() throws Exception {
        GeneratedNet same = GeneratedNet.of("""
                net Same {
                  input noisy: f32[N, 3, 6, 6]
                  label clean: f32[N, 3, 6, 6]
                  noisy -> conv(4, 3x3, pad=1) -> relu -> conv(3, 3x3, pad=1) -> output picture
                  loss error = mse(picture, clean)
                }
                """, folder);
        learnsAsInJava(
                same, recipe(data().autoencode(0.3)).feed("noisy", "input").feed("clean", "target"), 2);
    }

    /** Of three devices, the one in the middle has pairs to be blended of its own. */
    @Test
    void onePictureIsTransformedForSeveralInputs() throws Exception {
        GeneratedNet both = GeneratedNet.of("""
                net Both {
                  input left: f32[N, 3, 6, 6]
                  input right: f32[N, 3, 6, 6]
                  label digit: class[N, 3]
                  let a = left -> conv(4, 3x3)
                  let b = right -> conv(4, 3x3) -> relu
                  let sum = a + b
                  sum -> flatten -> fc(3) -> output logits
                  loss xent = cross_entropy(logits, digit)
                }
                """, folder);
        Recipe recipe = recipe(data()).feed("left", "image").feed("right", "image");
        learnsAsInJava(both, recipe, 2);
        learnsAsInJava(both, recipe.data(data().batch(6)).mixup(0.4), 3);
        assertThat(cuda.code.has("blend_pictures_"))
                .as("pictures were blended on the device")
                .isTrue();
    }

    private static Data data() {
        return Data.data("drawn", 4).seed(SEED);
    }

    /** Six steps in batches of 4, 4 and 2. */
    private static Recipe recipe(Data data) {
        return Recipe.recipe(
                        "Short",
                        data,
                        Phase.phase(Length.steps(6), Optimizer.sgd(0.05).momentum(0.9)))
                .training(new Transform.RandomCrop(6, 6, 2), new Transform.HorizontalFlip(0.5), NORMALIZE)
                .serving(new Transform.CenterCrop(6, 6), NORMALIZE);
    }

    private void learnsAsInJava(GeneratedNet net, Recipe recipe, int devices) throws Exception {
        for (int maximum : new int[] {0, 255}) {
            Learned expected = learned(net, recipe, maximum, Backends.reference());
            assertThat(expected.asNumbers)
                    .as("what Java transforms")
                    .containsExactlyElementsOf(IntStream.range(0, 10).boxed().toList());
            for (Backend backend : List.of(cuda.backend, new HostDevices(cuda.code, devices, 64).backend)) {
                Learned found = learned(net, recipe, maximum, backend);
                for (int i = 0; i < expected.weights.size(); i++) {
                    assertThat(found.weights.get(i)).isCloseTo(expected.weights.get(i), within(1e-5f));
                }
                expected.scores.forEach((name, score) ->
                        assertThat(found.scores.get(name)).as(name).isCloseTo(score, within(1e-5)));
                if (maximum > 0) {
                    assertThat(found.asNumbers)
                            .as("what Java transforms to know the shape")
                            .containsExactly(0);
                }
            }
        }
        assertThat(cuda.code.has("augment_"))
                .as("transforms were done on the device")
                .isTrue();
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    /** What a net became, how it does in the end, and the pictures of which Java made numbers. */
    private record Learned(List<Float> weights, Map<String, Double> scores, Set<Integer> asNumbers) {}

    private static Learned learned(GeneratedNet generated, Recipe recipe, int maximum, Backend backend)
            throws Exception {
        Net net = generated.with(Weights.init(generated.spec(), 2));
        DrawnPictures set = new DrawnPictures(COLOURS, maximum);
        Samples samples = Samples.of(new Splits(set, set), recipe);
        try (Trainer trainer = new Trainer(net, recipe, samples, backend)) {
            trainer.fit(new TrainingListener() {});
        }
        Map<String, Double> scores = Evaluation.of(net, samples.test(), recipe.feed(), 4, backend);
        float[] weights = net.weights().values().toArray(ValueLayout.JAVA_FLOAT);
        List<Float> learned =
                IntStream.range(0, weights.length).mapToObj(i -> weights[i]).toList();
        return new Learned(learned, scores, set.asNumbers());
    }
}
