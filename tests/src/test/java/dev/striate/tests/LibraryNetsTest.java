package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Output;
import java.net.URISyntaxException;
import java.util.Comparator;
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

    /** Where sizes are symbolic: pictures of this height and width at most, on which training steps are taken. */
    private static final int SMALL = 64;

    private static List<LibraryNet> all = List.of();

    @BeforeAll
    static void compile() throws URISyntaxException {
        all = LibraryNet.all();
    }

    @TestFactory
    List<DynamicTest> allRunAtThePublishedSizeAndAtAnother() {
        assertThat(all).extracting(LibraryNet::toString).contains("striate.models.LeNet5", "striate.models.vgg.VGG16");
        return all.stream()
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
        return trainable.subList(0, (trainable.size() + 1) / 2).stream()
                .map(net -> test(net, () -> NetAgreement.checkStep(net.generated(), CPU, 2, net.sizes(SMALL))))
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
        try (NetSession session = net.open(CPU, 1, sizes)) {
            for (String name : session.inputNames()) {
                Input input = session.input(name);
                Feeds.fill(input, Nd.of(input.shape(), i -> Philox.normal(OpCase.SEED, OpCase.STEP, i)));
            }
            session.run();
            for (Result output : graph.results(Kind.OUTPUT)) {
                Output found = session.output(output.name());
                assertThat(found.shape()).isEqualTo(output.node().shape().at(dimensions));
                float[] values = found.toArray();
                assertThat(IntStream.range(0, values.length).mapToDouble(i -> values[i]))
                        .as(output.name())
                        .allMatch(Double::isFinite);
            }
        }
    }
}
