package dev.striate.tests;

import static java.util.Objects.requireNonNull;

import dev.striate.compiler.autodiff.Autodiff;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Field;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.compiler.op.Ops;
import dev.striate.compiler.pass.TrainingPhase;
import dev.striate.core.rng.Philox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;

/**
 * Compares the derived gradients of an operator with central differences in float64. The objective is a random linear
 * functional of the result, so every element of the result counts and the objective adds no curvature.
 */
final class Slopes {
    private static final double STEP = 1e-6;
    private static final double ABSOLUTE = 1e-8;
    private static final double RELATIVE = 1e-6;

    /** At most so many elements of a source are moved. */
    private static final int MOST = 40;

    private Slopes() {}

    /** The operator with the functional as loss; and what takes its place in training, where that is another. */
    static List<Graph> phases(OpCase c) {
        return phases(c, i -> Philox.normal(1, 2, i));
    }

    /** The same with other factors. */
    static List<Graph> phases(OpCase c, IntToDoubleFunction factor) {
        Nd factors = Nd.of(c.shapes().getLast(), factor);
        List<Node> nodes = new ArrayList<>(c.nodes());
        nodes.add(new Node(
                new Functional(factors), List.of(c.node()), TensorType.f32(Shape.SCALAR), "loss", OpCase.ORIGIN));
        Result loss = new Result(Kind.LOSS, "loss", nodes.getLast(), OpCase.ORIGIN);
        Graph written = new Graph("case", nodes, List.of(loss));
        return c.op().spec().differsInTraining() ? List.of(written, TrainingPhase.run(written)) : List.of(written);
    }

    /** With the gradients by all sources that can have one. */
    static Graph differentiated(Graph phase) {
        return Autodiff.run(phase, "loss", Slopes::hasGradient);
    }

    /** The steps of a phase and of its gradients that are in the list of operators, each by itself; not the operator. */
    static List<OpCase> steps(OpCase c, Graph phase) {
        Graph training = differentiated(phase);
        Map<Node, Nd> values = OpCase.evaluate(training, c.values(), c.sizes());
        return training.nodes().stream()
                .filter(node -> node != c.node())
                .filter(node -> node.operation() instanceof Op op && Ops.ALL.contains(op.spec()))
                .map(node -> OpCase.alone(node, values, c.sizes()))
                .toList();
    }

    /** Whether there is a gradient by a source: of floats, and neither a running statistic nor a label. */
    static boolean hasGradient(Node node) {
        return node.isSource()
                && node.type().isFloat()
                && !(node.operation() instanceof Source.State)
                && !(node.operation() instanceof Source.Label);
    }

    /** A line for every wrong element of every gradient. */
    static List<String> wrong(OpCase c, UnaryOperator<Graph> mutation) {
        return phases(c).stream()
                .flatMap(phase -> wrong(c, phase, mutation).stream())
                .toList();
    }

    private static List<String> wrong(OpCase c, Graph phase, UnaryOperator<Graph> mutation) {
        Graph mutated = mutation.apply(differentiated(phase));
        Map<Node, Nd> values = OpCase.evaluate(mutated, c.values(), c.sizes());
        List<String> wrong = new ArrayList<>();
        for (Node source : c.node().inputs()) {
            if (hasGradient(source)) {
                Nd x = c.value(source);
                Nd derived = mutated.result(Kind.GRADIENT, source.path())
                        .map(r -> requireNonNull(values.get(r.node())))
                        .orElseGet(() -> new Nd(x.shape()));
                for (int i = 0; i < x.size(); i += 1 + x.size() / MOST) {
                    double slope = slope(c, phase, source, i);
                    if (!(Math.abs(slope - derived.get(i)) <= ABSOLUTE + RELATIVE * Math.abs(slope))) {
                        wrong.add(source.path() + "[" + i + "]: derived " + derived.get(i) + ", measured " + slope);
                    }
                }
            }
        }
        return wrong;
    }

    /** Differences are taken element by element before they are added up, so that the sum's rounding does not show. */
    private static double slope(OpCase c, Graph phase, Node source, int index) {
        Node loss = phase.results(Kind.LOSS).getFirst().node();
        Nd factors = ((Functional) loss.operation()).factors();
        Nd up = moved(c, phase, source, index, STEP);
        Nd down = moved(c, phase, source, index, -STEP);
        double sum = 0;
        for (int i = 0; i < up.size(); i++) {
            sum += up.get(i) == down.get(i) ? 0 : factors.get(i) * (up.get(i) - down.get(i));
        }
        return sum / (2 * STEP);
    }

    /** The result when one element of a source is moved. */
    private static Nd moved(OpCase c, Graph phase, Node source, int index, double by) {
        Nd x = c.value(source).copy();
        x.add(index, by);
        Map<String, Nd> others = new HashMap<>(c.values());
        others.put(source.path(), x);
        Node loss = phase.results(Kind.LOSS).getFirst().node();
        return requireNonNull(OpCase.evaluate(phase, others, c.sizes()).get(loss.input(0)));
    }

    /** The sum of all elements, each times a factor of its own. */
    record Functional(Nd factors) implements Op {
        static final OpSpec<Functional> SPEC = OpSpec.<Functional>of("functional", Category.INTERNAL)
                .doc("The sum of all elements, each times a factor of its own.")
                .operands("x")
                .type((op, data) -> TensorType.f32(Shape.SCALAR))
                .noMacs()
                .field(op -> Field.ALL)
                .gradient((op, g) ->
                        g.give(0, new Scaled(op.factors::get, g.node().input(0).type()), g.incoming()))
                .eval((op, in, context) -> {
                    double sum = 0;
                    for (int i = 0; i < in.get(0).size(); i++) {
                        sum += in.get(0).get(i) * op.factors.get(i);
                    }
                    return Nd.scalar(sum);
                })
                .noOnnx("it is for tests")
                .kernel((op, node) -> {
                    throw new UnsupportedOperationException("no backend runs it");
                })
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }

    /** A number times fixed factors. */
    record Scaled(IntToDoubleFunction factors, TensorType type) implements Op {
        static final OpSpec<Scaled> SPEC = OpSpec.<Scaled>of("scaled", Category.INTERNAL)
                .doc("A number, or a value of the same shape, times fixed factors.")
                .operands("x")
                .type((op, data) -> op.type)
                .noMacs()
                .field(op -> Field.POINT)
                .isGradient()
                .eval((op, in, context) -> Nd.of(
                        context.sizes(op.type.shape()),
                        i -> in.get(0).get(in.get(0).size() == 1 ? 0 : i) * op.factors.applyAsDouble(i)))
                .kernel((op, node) -> {
                    throw new UnsupportedOperationException("no backend runs it");
                })
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
