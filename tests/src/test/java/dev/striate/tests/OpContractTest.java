package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.Attr;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.Ops;
import dev.striate.core.Sizes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every operator promises: documentation, a kernel, and gradients that agree with central differences. */
class OpContractTest {
    /** In so many different shapes every operator is tried. */
    private static final int SHAPES = 200;

    /** What takes the place of operators in training: checked with them. */
    private static final Set<OpSpec<?>> TRAINING_FORMS = Ops.ALL.stream()
            .filter(OpSpec::differsInTraining)
            .flatMap(spec -> Slopes.phases(OpCases.draw(spec.name(), 0)).getLast().nodes().stream())
            .filter(node -> node.operation() instanceof Op)
            .map(node -> Op.of(node).spec())
            .collect(Collectors.toSet());

    static Stream<OpSpec<?>> all() {
        return Ops.ALL.stream();
    }

    static Stream<OpSpec<?>> differentiable() {
        return all().filter(spec -> isDrawn(spec) && spec.notDifferentiable().isEmpty())
                .filter(spec -> !spec.name().equals("detach")); // whose gradient is wrong on purpose
    }

    @ParameterizedTest
    @MethodSource("all")
    void saysWhatItIs(OpSpec<?> spec) {
        assertThat(spec.name()).matches("[a-z][a-z0-9_]*");
        assertThat(spec.doc()).endsWith(".");
        assertThat(new HashSet<>(spec.operands()))
                .hasSameSizeAs(spec.operands())
                .doesNotContain("");
        assertThat(Ops.byName(spec.name())).contains(spec);
        for (Attr attr : spec.attrs()) {
            assertThat(attr.name()).matches("[a-z][a-z0-9_]*");
            assertThat(attr.doc()).as(attr.name()).isNotBlank();
            assertThat(spec.attr(attr.name())).contains(attr);
        }
        spec.notDifferentiable().ifPresent(why -> assertThat(why).isNotBlank());
        assertThat(spec.onnx()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("differentiable")
    void gradientsAgreeWithCentralDifferences(OpSpec<?> spec) {
        OpCases.different(spec.name(), SHAPES)
                .forEach((number, c) -> assertThat(Slopes.wrong(c, graph -> graph))
                        .as("%s, case %d: %s", spec.name(), number, c)
                        .isEmpty());
    }

    @Test
    void everyOperatorIsMetInTwoHundredShapes() {
        Map<String, Set<List<Sizes>>> met = new HashMap<>();
        for (String operator : OpCases.names()) {
            OpCases.different(operator, SHAPES).values().forEach(c -> {
                for (Node node : withGradients(c)) {
                    met.computeIfAbsent(Op.of(node).name(), name -> new HashSet<>())
                            .add(new OpCase(node, Map.of(), c.sizes()).shapes());
                }
            });
        }
        assertThat(all().map(OpSpec::name)
                        .filter(name -> met.getOrDefault(name, Set.of()).size() < SHAPES))
                // The seed of autodiff is one number, and a running statistic has one for each channel.
                .containsExactlyInAnyOrder("fill", "running");
    }

    /** The operator, and those of its gradient and its training form that are in the list. */
    private static List<Node> withGradients(OpCase c) {
        List<Node> nodes = new ArrayList<>(List.of(c.node()));
        if (c.op().spec().notDifferentiable().isEmpty()) {
            Slopes.phases(c)
                    .forEach(phase -> nodes.addAll(Slopes.differentiated(phase).nodes()));
        }
        return nodes.stream()
                .filter(node -> node.operation() instanceof Op op && Ops.ALL.contains(op.spec()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("differentiable")
    void aGradientThatIsOffByOnePercentIsNoticed(OpSpec<?> spec) {
        assertThat(noticed(spec, OpContractTest::offByOnePercent)).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("differentiable")
    void aGradientThatIsMissingIsNoticed(OpSpec<?> spec) {
        Set<String> sources = noticed(spec, graph -> new Graph(graph.name(), graph.nodes(), graph.results(Kind.LOSS)));
        Set<String> expected = new HashSet<>();
        gradients(OpCases.draw(spec.name(), 0)).forEach(r -> expected.add(r.name()));
        assertThat(expected).isNotEmpty();
        assertThat(sources).containsAll(expected);
    }

    private static List<Result> gradients(OpCase c) {
        return Slopes.phases(c).stream()
                .flatMap(phase -> Slopes.differentiated(phase).results(Kind.GRADIENT).stream())
                .toList();
    }

    /** The sources of which some case of the operator finds a wrong gradient after a mutation. */
    private static Set<String> noticed(OpSpec<?> spec, UnaryOperator<Graph> mutation) {
        Set<String> sources = new HashSet<>();
        for (int number = 0; number < 10; number++) {
            for (String line : Slopes.wrong(OpCases.draw(spec.name(), number), mutation)) {
                sources.add(line.substring(0, line.indexOf('[')));
            }
        }
        return sources;
    }

    private static Graph offByOnePercent(Graph graph) {
        List<Node> nodes = new ArrayList<>(graph.nodes());
        List<Result> results = new ArrayList<>();
        for (Result r : graph.results(Kind.GRADIENT)) {
            Node node = r.node();
            nodes.add(new Node(
                    new Slopes.Scaled(i -> 1.01, node.type()),
                    List.of(node),
                    node.type(),
                    r.name() + ".wrong",
                    r.origin()));
            results.add(new Result(r.kind(), r.name(), nodes.getLast(), r.origin()));
        }
        return new Graph(graph.name(), nodes, results);
    }

    @Test
    void detachPassesNoGradient() {
        assertThat(gradients(OpCases.draw("detach", 0))).isEmpty();
    }

    @Test
    void anOperatorWithoutAGeneratorFails() {
        assertThatThrownBy(() -> OpCases.draw("hardtanh", 0)).hasMessageContaining("hardtanh has no generator");
        assertThat(all().filter(OpContractTest::isDrawn).map(OpSpec::name))
                .containsExactlyInAnyOrderElementsOf(OpCases.names());
    }

    /** Whether cases are drawn of it, rather than found among the gradients or training forms of others. */
    private static boolean isDrawn(OpSpec<?> spec) {
        return spec.category() != OpSpec.Category.INTERNAL
                || (spec.notDifferentiable().isEmpty() && !TRAINING_FORMS.contains(spec));
    }
}
