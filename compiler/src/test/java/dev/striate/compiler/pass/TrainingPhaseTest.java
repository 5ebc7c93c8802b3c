package dev.striate.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.striate.compiler.eval.Evaluator;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.GraphVerifier;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.BatchNormOp;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrainingPhaseTest {
    private static final Origin ORIGIN = new Origin.Source(new Span(new SourceFile("net.cnn", "net"), 0, 3));
    private static final TensorType CHANNELS = TensorType.f32(Shape.of(1));
    private static final TensorType FEATURES = TensorType.f32(Shape.of(Dim.N, Dim.of(1)));

    private final Node x = new Node(new Source.Input(), List.of(), FEATURES, "x", ORIGIN);
    private final Node weight = new Node(new Source.Param(Init.ones()), List.of(), CHANNELS, "weight", ORIGIN);
    private final Node bias = new Node(new Source.Param(Init.zeros()), List.of(), CHANNELS, "bias", ORIGIN);
    private final Node mean = new Node(new Source.State(Init.zeros()), List.of(), CHANNELS, "running_mean", ORIGIN);
    private final Node var = new Node(new Source.State(Init.ones()), List.of(), CHANNELS, "running_var", ORIGIN);
    private final Node first = norm(x, "first");
    private final Node second = norm(first, "second");
    private final Graph shared = new Graph(
            "net",
            List.of(x, weight, bias, mean, var, first, second),
            List.of(new Result(Kind.OUTPUT, "y", second, ORIGIN)));

    private Node norm(Node of, String path) {
        return new Node(new BatchNormOp(1e-5, 0.5), List.of(of, weight, bias, mean, var), FEATURES, path, ORIGIN);
    }

    @Test
    void aSharedNormUpdatesItsStatisticsAtEachApplicationInTurn() {
        Graph training = GraphVerifier.verify(TrainingPhase.run(shared), "the training phase");
        assertThat(training.results(Kind.STATE).stream().map(Result::name))
                .containsExactly("running_mean", "running_var");
        Map<Node, Nd> values = new Evaluator(Map.of("N", 2L), 0, 0)
                .run(
                        training,
                        Map.of(
                                "x", nd(2, 4, 8),
                                "weight", nd(1, 10),
                                "bias", nd(1, 100),
                                "running_mean", nd(1, 0),
                                "running_var", nd(1, 1)));
        // The first batch has mean 6 and unbiased variance 8; the second, 6 ∓ 2 made 100 ∓ 10, mean 100 and 200.
        double eps = 4 / (4 + 1e-5);
        assertThat(state(training, values, "running_mean")).isEqualTo(3 / 2.0 + 50);
        assertThat(state(training, values, "running_var")).isCloseTo(4.5 / 2 + 100 * eps, within(1e-9));
    }

    @Test
    void keepsAGraphWithoutOperatorsThatDiffer() {
        Graph plain = new Graph("net", List.of(x), List.of(new Result(Kind.OUTPUT, "y", x, ORIGIN)));
        assertThat(TrainingPhase.run(plain)).isEqualTo(plain);
    }

    @Test
    void inferenceReadsTheStatisticsAndDropsThemWithTheirLayer() {
        assertThat(InferencePhase.run(shared, Set.of(Kind.OUTPUT)).nodes()).contains(mean, var);
        Graph unused = new Graph("net", shared.nodes(), List.of(new Result(Kind.OUTPUT, "y", x, ORIGIN)));
        assertThat(DeadCode.run(unused).nodes()).containsExactly(x);
    }

    private static double state(Graph graph, Map<Node, Nd> values, String name) {
        return Objects.requireNonNull(
                        values.get(graph.result(Kind.STATE, name).orElseThrow().node()))
                .get(0);
    }

    private static Nd nd(int rows, double... elements) {
        return Nd.of(rows == 1 ? Sizes.of(1) : Sizes.of(rows, 1), i -> elements[i]);
    }
}
