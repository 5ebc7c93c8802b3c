package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import java.net.URISyntaxException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every net of the standard library compiles without a warning, with its contracts, and computes. */
@Tag("slow")
class LibraryNetsTest {
    private static final Backend CPU = Backends.byName("cpu");

    /** Where sizes are symbolic, training steps are taken on pictures of at most this height and width. */
    private static final int SMALL = 64;

    @TestFactory
    List<DynamicTest> allRunAtThePublishedSize() throws URISyntaxException {
        List<LibraryNet> all = LibraryNet.all();
        assertThat(all).extracting(LibraryNet::toString).contains("striate.models.LeNet5", "striate.models.vgg.VGG16");
        return all.stream()
                .map(net -> DynamicTest.dynamicTest(net.toString(), () -> forward(net)))
                .toList();
    }

    private static void forward(LibraryNet library) throws ReflectiveOperationException {
        GeneratedNet generated = library.generated();
        Net net = (Net) generated.type().getMethod("init", long.class).invoke(null, 1L);
        Map<String, Long> sizes = new HashMap<>(library.sizes());
        sizes.put("N", 1L);
        try (NetSession session = net.open(CPU, 1, library.sizes(Integer.MAX_VALUE))) {
            for (String name : session.inputNames()) {
                Input input = session.input(name);
                Feeds.fill(input, normal(input));
            }
            session.run();
            for (Result output : generated.model().inference().results(Kind.OUTPUT)) {
                assertThat(session.output(output.name()).shape())
                        .isEqualTo(output.node().shape().at(sizes));
                float[] values = session.output(output.name()).toArray();
                assertThat(IntStream.range(0, values.length).mapToDouble(i -> values[i]))
                        .as(output.name())
                        .allMatch(Double::isFinite);
            }
        }
    }

    private static Nd normal(Input input) {
        return Nd.of(input.shape(), i -> Philox.normal(OpCase.SEED, OpCase.STEP, i));
    }

    /** Losses, metrics, gradients and running statistics of one step, in the smaller half of the nets. */
    @TestFactory
    List<DynamicTest> smallOnesTrainAsTheEvaluatorDoes() throws URISyntaxException {
        List<LibraryNet> trainable = LibraryNet.all().stream()
                .filter(n -> n.net().model().training() != null)
                .sorted(Comparator.comparingDouble(LibraryNet::weight))
                .toList();
        return trainable.subList(0, (trainable.size() + 1) / 2).stream()
                .map(net -> DynamicTest.dynamicTest(
                        net.toString(), () -> NetAgreement.checkStep(net.generated(), CPU, 2, net.sizes(SMALL))))
                .toList();
    }
}
