package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.tensor.Tensor;
import java.net.URISyntaxException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Every net of the standard library compiles without a warning, with its contracts, and computes. */
@Tag("slow")
class LibraryNetsTest {
    private static final Backend CPU = Backends.byName("cpu");

    /** What a machine may prefer less than another, or not have. */
    private static final List<String> OTHER_SIMD = List.of("off", "128", "256");

    /** Where sizes are symbolic: pictures of this height and width at most, on which training steps are taken. */
    private static final int SMALL = 64;

    /** The largest difference to float64, relative to the largest number of an output. */
    private static final double ACCURATE = 2e-5;

    /** The evaluator computes in float64 what takes it a few seconds at most. */
    private static final long AFFORDABLE = 300_000_000;

    /** Of a forward pass for which there is time with every kind of SIMD: those of ResNet-20. */
    private static final long QUICK = 50_000_000;

    private static List<LibraryNet> all = List.of();

    @BeforeAll
    static void compile() throws URISyntaxException {
        all = LibraryNet.all();
    }

    @TestFactory
    List<DynamicTest> allRunAtThePublishedSizeAndAtAnother() {
        assertThat(all).extracting(LibraryNet::toString).contains("striate.models.LeNet5", "striate.models.vgg.VGG16");
        return turn(all).stream()
                .map(net -> test(net, () -> {
                    forward(net, net.sizes(Integer.MAX_VALUE));
                    if (net.sizes(SMALL).length > 0) {
                        forward(net, net.sizes(SMALL));
                    }
                }))
                .toList();
    }

    /** Losses, metrics, gradients and running statistics of one step, in the smaller half of the nets. */
    @TestFactory
    List<DynamicTest> smallOnesTrainAsTheEvaluatorDoes() {
        List<LibraryNet> trainable = all.stream()
                .filter(n -> n.net().model().training() != null)
                .sorted(Comparator.comparingDouble(LibraryNet::weight))
                .toList();
        return turn(trainable.subList(0, (trainable.size() + 1) / 2)).stream()
                .map(net -> test(net, () -> NetAgreement.checkStep(net.generated(), CPU, 2, net.sizes(SMALL))))
                .toList();
    }

    @TestFactory
    List<DynamicTest> thoseThatEnlargeRoundingTrainLayerByLayerAsTheEvaluatorDoes() {
        List<LibraryNet> nets =
                all.stream().filter(LibraryNet::enlargesRounding).toList();
        assertThat(nets).isNotEmpty();
        return turn(nets).stream()
                .map(net -> test(net, () -> NetAgreement.checkLayers(net.generated(), CPU, 2, net.sizes(SMALL))))
                .toList();
    }

    /** All nets; where a kind of SIMD is forced, those of the quick ones whose turn it is with that kind. */
    private static List<LibraryNet> turn(List<LibraryNet> nets) {
        int kind = OTHER_SIMD.indexOf(System.getProperty("striate.simd", ""));
        if (kind < 0) {
            return nets;
        }
        List<LibraryNet> quick =
                nets.stream().filter(n -> n.macs(SMALL) <= QUICK).toList();
        return IntStream.range(0, quick.size())
                .filter(place -> place % OTHER_SIMD.size() == kind)
                .mapToObj(quick::get)
                .toList();
    }

    private static DynamicTest test(LibraryNet net, Executable check) {
        return DynamicTest.dynamicTest(net.toString(), () -> {
            try {
                check.execute();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(net.toString(), e);
            }
        });
    }

    private static void forward(LibraryNet library, int[] sizes) throws ReflectiveOperationException {
        Graph graph = library.net().model().inference();
        Map<String, Long> dimensions = library.dimensions(1, sizes);
        Net net = (Net) library.generated().type().getMethod("init", long.class).invoke(null, 1L);
        Map<String, Nd> values = new HashMap<>();
        try (NetSession session = net.open(CPU, 1, sizes)) {
            for (String name : session.inputNames()) {
                Input input = session.input(name);
                Nd value = Nd.of(input.shape(), i -> (float) Philox.normal(OpCase.SEED, OpCase.STEP, i));
                values.put(name, value);
                Feeds.fill(input, value);
            }
            session.run();
            Map<String, Nd> found = new HashMap<>();
            for (Result output : graph.results(Kind.OUTPUT)) {
                float[] floats = session.output(output.name()).toArray();
                Nd value = Nd.of(session.output(output.name()).shape(), i -> floats[i]);
                assertThat(value.shape()).isEqualTo(output.node().shape().at(dimensions));
                assertThat(IntStream.range(0, floats.length).mapToDouble(i -> floats[i]))
                        .as(output.name())
                        .allMatch(Double::isFinite);
                found.put(output.name(), value);
            }
            if (LibraryNet.macs(graph, dimensions) <= AFFORDABLE) {
                accurate(graph, dimensions, values, net.weights(), found);
            }
        }
    }

    private static void accurate(
            Graph graph, Map<String, Long> sizes, Map<String, Nd> values, Weights weights, Map<String, Nd> found) {
        graph.nodes().stream().filter(Node::isStored).forEach(stored -> {
            Tensor tensor = weights.tensor(stored.path());
            values.put(stored.path(), Nd.of(tensor.shape(), tensor::get));
        });
        Map<Node, Nd> expected = OpCase.evaluate(graph, values, sizes);
        for (Result output : graph.results(Kind.OUTPUT)) {
            assertThat(Feeds.distance(
                            requireNonNull(found.get(output.name())), requireNonNull(expected.get(output.node()))))
                    .as(output.name())
                    .isLessThanOrEqualTo(ACCURATE);
        }
    }
}
