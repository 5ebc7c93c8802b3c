package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.Args;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.Ops;
import dev.striate.compiler.op.ParamSpec;
import dev.striate.compiler.pass.Pipelines;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Parameter;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel that an operator emits has its shapes and parameters, and computes on every backend what it evaluates to. */
class KernelsAgreeTest {
    /** What is so much smaller than the operands has cancelled, as a mean may, and is measured by them. */
    static final double CANCELLED = 1e-2;

    private static final int CASES = 40;
    private static final int MANY = 200;

    @Test
    void kernelsHaveTheShapesAndParametersOfTheirOperators() {
        Map<String, Set<List<Sizes>>> shapes = new HashMap<>();
        forEachCase(MANY, c -> {
            shapes.computeIfAbsent(c.op().name(), name -> new HashSet<>()).add(c.shapes());
            Kernel kernel = Kernels.of(c);
            List<Sizes> operands =
                    c.data().stream().map(s -> c.value(s).shape()).toList();
            assertThat(kernel.output(operands)).isEqualTo(c.node().shape().at(c.sizes()));
            assertThat(kernel.isView()).isEqualTo(c.op().spec().isView());
            assertThat(kernel.isElementwise()).isEqualTo(c.op().spec().isElementwise());
            assertThat(kernel.isRandom()).isEqualTo(c.op().spec().isRandom());
            assertThat(kernel.params(operands))
                    .isEqualTo(c.op().spec().params(c.op(), c.dataTypes()).stream()
                            .map(KernelsAgreeTest::parameter)
                            .toList());
        });
        assertThat(Ops.ALL.stream()
                        .map(OpSpec::name)
                        .filter(name -> shapes.getOrDefault(name, Set.of()).size() < MANY))
                // Running statistics, what passes make of them, and what is found together with them, have one or two
                // numbers for each channel; gradients begin with one number.
                .containsExactlyInAnyOrder("row", "running", "channel_scale", "channel_shift", "seed");
    }

    private static Parameter parameter(ParamSpec p) {
        return new Parameter(p.name(), p.shape(), p.init(), p.learned());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void kernelsComputeWhatTheirOperatorsEvaluateTo(String backend) {
        agree(Backends.byName(backend), CASES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void kernelsTreatNanAsTheirOperatorsDo(String backend) {
        for (String operator : List.of("max_pool", "relu", "top1", "topk", "max", "mean")) {
            for (int number = 0; number < CASES; number++) {
                OpCase c = OpCases.draw(operator, number).map(v -> Math.abs(v) < 0.5 ? Double.NaN : v);
                for (OpCase step : steps(c)) {
                    assertThat(Feeds.distance(
                                    KernelRun.of(step, Backends.byName(backend)),
                                    step.eval(),
                                    CANCELLED * largestOperand(step)))
                            .as("%s, case %d: %s", operator, number, step)
                            .isLessThanOrEqualTo(1e-5);
                }
            }
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void kernelsComputeWhatTheirOperatorsEvaluateToInManyCases(String backend) {
        agree(Backends.byName(backend), MANY);
    }

    private static void agree(Backend backend, int cases) {
        forEachCase(
                cases,
                c -> assertThat(Feeds.distance(KernelRun.of(c, backend), c.eval(), CANCELLED * largestOperand(c)))
                        .isLessThanOrEqualTo(1e-5));
    }

    static double largestOperand(OpCase c) {
        return c.data().stream()
                .mapToDouble(x -> Feeds.largest(c.value(x)))
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    /** Cases of every operator: those drawn, and the steps of their gradients; with smooth values and with ties. */
    static void forEachCase(int cases, Consumer<OpCase> check) {
        for (String operator : OpCases.names()) {
            OpCases.different(operator, cases).forEach((number, drawn) -> {
                for (OpCase c : List.of(drawn, drawn.map(v -> (double) Math.round(v)))) {
                    for (OpCase step : steps(c)) {
                        try {
                            check.accept(step);
                        } catch (AssertionError | RuntimeException e) {
                            throw new AssertionError(operator + ", case " + number + ": " + step, e);
                        }
                    }
                }
            });
        }
    }

    /** What the passes make of an operator with an activation behind it, each by itself. */
    private static List<OpCase> optimized(OpCase c) {
        if (!c.node().type().isFloat()) {
            return List.of();
        }
        OpSpec<?> relu = Ops.byName("relu").orElseThrow();
        List<Node> nodes = new ArrayList<>(c.nodes());
        nodes.add(new Node(
                relu.make(new Args(relu, Map.of())), List.of(c.node()), c.node().type(), "relu", OpCase.ORIGIN));
        Result y = new Result(Kind.OUTPUT, "y", nodes.getLast(), OpCase.ORIGIN);
        Graph graph = Pipelines.ALL.forInference(new Graph("case", nodes, List.of(y)));
        Map<Node, Nd> values = OpCase.evaluate(graph, c.values(), c.sizes());
        return graph.nodes().stream()
                .filter(node -> node.operation() instanceof Op && !c.nodes().contains(node))
                .map(node -> OpCase.alone(node, values, c.sizes()))
                .toList();
    }

    /** The operator, what takes its place in training or when fused, and the steps of its gradient, each by itself. */
    static List<OpCase> steps(OpCase c) {
        List<OpCase> steps = new ArrayList<>(List.of(c));
        steps.addAll(optimized(c));
        if (c.op().spec().notDifferentiable().isEmpty()) {
            Slopes.phases(c).forEach(phase -> steps.addAll(Slopes.steps(c, phase)));
        }
        return steps;
    }
}
