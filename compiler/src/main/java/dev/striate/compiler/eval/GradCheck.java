package dev.striate.compiler.eval;

import dev.striate.compiler.autodiff.Autodiff;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType.Element.ClassIndex;
import dev.striate.compiler.pass.DeadCode;
import dev.striate.compiler.pass.TrainingPhase;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.rng.Philox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares derived gradients with central differences in float64. Where a step of {@code 1e-6} to either side gives
 * different one-sided slopes, the function has a kink (relu at 0, a tie in max pooling); such an element is left out and
 * counted.
 */
public final class GradCheck {
    private static final double STEP = 1e-6;
    private static final double ABSOLUTE = 1e-8;
    private static final double RELATIVE = 1e-6;
    private static final int MOST = 64;
    private static final int BATCH = 2;

    private final Map<String, Long> sizes;
    private final Evaluator evaluator;
    private final Graph forward;
    private final Node objective;

    private GradCheck(Graph forward, Node objective, Map<String, Long> sizes, long seed) {
        this.sizes = sizes;
        this.evaluator = new Evaluator(sizes, seed, 0);
        this.forward = forward;
        this.objective = objective;
    }

    /**
     * How one parameter or input did.
     *
     * @param name its path
     * @param maxError the largest difference, relative to the size of the gradient
     * @param ok whether every checked element is within {@code 1e-8 + 1e-6 * |slope|}, rounding of the loss allowed for
     * @param checked how many elements were compared
     * @param kinks how many were left out because the function has a kink there
     */
    public record Result(String name, double maxError, boolean ok, int checked, int kinks) {}

    /**
     * Checks the gradients of a loss by every parameter and every input of floats, at random values; at most 64
     * elements of each. Symbolic dimensions are as small as the net allows.
     */
    public static List<Result> check(Graph written, String loss, long seed) {
        Graph graph = TrainingPhase.run(written);
        Graph training = Autodiff.run(
                graph,
                loss,
                n -> n.isParam()
                        || (n.operation() instanceof Source.Input && n.type().isFloat()));
        Node objective = training.result(Kind.LOSS, loss).orElseThrow().node();
        Graph.Result asked = graph.result(Kind.LOSS, loss).orElseThrow();
        Graph forward = DeadCode.run(graph.with(graph.nodes(), List.of(asked)));
        Map<String, Long> sizes = new HashMap<>(graph.dimensions().smallest());
        sizes.put("N", (long) BATCH);
        GradCheck check = new GradCheck(forward, objective, sizes, seed);
        Map<String, Nd> sources = check.randomSources(training, seed);
        Map<Node, Nd> values = check.evaluator.run(training, sources);
        List<Result> results = new ArrayList<>();
        for (Graph.Result gradient : training.results(Kind.GRADIENT)) {
            Nd derived = values.get(gradient.node());
            if (derived != null) {
                results.add(check.compare(gradient.name(), derived, sources));
            }
        }
        return results;
    }

    private Map<String, Nd> randomSources(Graph graph, long seed) {
        Map<String, Nd> sources = new HashMap<>();
        for (Node node : graph.nodes()) {
            if (node.isSource()) {
                Sizes shape = node.shape().at(sizes);
                long stream = Philox.stream(node.path());
                Init.Values values = values(node, shape, seed, stream);
                sources.put(node.path(), Nd.of(shape, values::at));
            }
        }
        return sources;
    }

    private static Init.Values values(Node node, Sizes shape, long seed, long stream) {
        if (node.type().element() instanceof ClassIndex label) {
            return i -> Philox.below(label.classes(), seed, stream, i);
        }
        if (node.operation() instanceof Source.State state) {
            return state.init().values(shape, seed, stream);
        }
        if (node.operation() instanceof Source.Param param && !(param.init() instanceof Init.Constant)) {
            return param.init().values(shape, seed, stream);
        }
        return i -> (float) Philox.normal(seed, stream, i);
    }

    private double loss(Map<String, Nd> sources) {
        Nd value = evaluator.run(forward, sources).get(objective);
        if (value == null) {
            throw new IllegalStateException("the objective is not part of the graph");
        }
        return value.get(0);
    }

    private Result compare(String name, Nd derived, Map<String, Nd> sources) {
        Nd original = sources.get(name);
        if (original == null) {
            throw new IllegalStateException("no value was given for " + name);
        }
        Map<String, Nd> moved = new HashMap<>(sources);
        double centre = loss(sources);
        double worst = 0;
        boolean ok = true;
        int checked = 0;
        int kinks = 0;
        int stride = Math.max(1, original.size() / MOST);
        for (int i = 0; i < original.size(); i += stride) {
            double up = at(moved, name, original, i, STEP);
            double down = at(moved, name, original, i, -STEP);
            double slope = (up - down) / (2 * STEP);
            // A smooth function's one-sided slopes differ by its curvature times the step; a kink's by far more.
            double bend = Math.abs((up - centre) - (centre - down)) / STEP;
            double noise = 1e-15 * Math.max(1, Math.abs(centre)) / STEP;
            double error = Math.abs(slope - derived.get(i));
            if (error > ABSOLUTE + noise + RELATIVE * Math.abs(slope)
                    && bend > 1e-3 * Math.max(1e-3, Math.abs(slope))) {
                kinks++;
                continue;
            }
            checked++;
            ok &= error <= ABSOLUTE + noise + RELATIVE * Math.abs(slope);
            worst = Math.max(worst, error / Math.max(1e-3, Math.abs(slope)));
        }
        return new Result(name, worst, ok && checked > 0, checked, kinks);
    }

    private double at(Map<String, Nd> moved, String name, Nd original, int i, double by) {
        Nd other = original.copy();
        other.add(i, by);
        moved.put(name, other);
        return loss(moved);
    }
}
