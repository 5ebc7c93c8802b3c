package dev.striate.compiler.eval;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.op.EvalContext;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.pass.DeadCode;
import dev.striate.core.Sizes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs any graph in float64 with plain loops: the oracle for every kernel, pass and generated program. */
public final class Evaluator {
    private final Map<String, Long> sizes;
    private final long seed;
    private final long step;

    /**
     * An evaluator.
     *
     * @param sizes the symbolic dimensions, such as N
     * @param seed the seed of the training run, which decides what dropout drops
     * @param step the number of the training step, which does so, too
     */
    public Evaluator(Map<String, Long> sizes, long seed, long step) {
        this.sizes = Map.copyOf(sizes);
        this.seed = seed;
        this.step = step;
    }

    /**
     * The values of all nodes.
     *
     * @param sources the values of inputs, labels and parameters, by path
     * @throws IllegalArgumentException when a source is missing or has another shape than declared
     */
    public Map<Node, Nd> run(Graph graph, Map<String, Nd> sources) {
        Map<Node, Nd> values = new HashMap<>();
        for (Node node : graph.nodes()) {
            values.put(node, value(node, sources, values));
        }
        return values;
    }

    /**
     * The values of all nodes, the gradients at the values that a program had on its way forward. Near a kink, as of relu
     * at 0 or of two equals in a window, rounding decides on which side a program is, and its gradient is to be judged on
     * that side.
     *
     * @param sources the values of inputs, labels and parameters, by path
     * @param recorded the values of layers that the program had, by path; gradients read these
     * @throws IllegalArgumentException when a source is missing or a value has another shape than declared
     */
    public Map<Node, Nd> replay(Graph graph, Map<String, Nd> sources, Map<String, Nd> recorded) {
        List<Result> ahead =
                graph.results().stream().filter(r -> r.kind() != Kind.GRADIENT).toList();
        Map<Node, Nd> forward = run(DeadCode.run(graph.with(graph.nodes(), ahead)), sources);
        Map<Node, Nd> replayed = new HashMap<>();
        for (Node node : graph.nodes()) {
            Nd had = forward.containsKey(node) ? recorded.get(node.path()) : null;
            replayed.put(node, had == null ? value(node, sources, replayed) : had);
        }
        replayed.putAll(forward);
        return replayed;
    }

    /**
     * The values of all nodes, each of what a program had of its operands: so that each layer is judged by itself, and not by what the
     * layers behind it make of its rounding.
     *
     * @param sources the values of inputs, labels and parameters, by path
     * @param recorded the values that the program had, by path, the gradients among them
     * @throws IllegalArgumentException when a source is missing or a value has another shape than declared
     */
    public Map<Node, Nd> each(Graph graph, Map<String, Nd> sources, Map<String, Nd> recorded) {
        Map<Node, Nd> had = new HashMap<>();
        Map<Node, Nd> computed = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            Nd value = value(node, sources, had);
            computed.put(node, value);
            had.put(node, recorded.getOrDefault(node.path(), value));
        }
        return computed;
    }

    private Nd value(Node node, Map<String, Nd> sources, Map<Node, Nd> values) {
        Nd value = node.isSource() ? source(node, sources) : compute(node, values);
        if (!value.shape().equals(node.shape().at(sizes))) {
            throw new IllegalArgumentException(
                    node + " became " + value.shape() + ", not " + node.shape().at(sizes));
        }
        return value;
    }

    private static Nd source(Node node, Map<String, Nd> sources) {
        Nd value = sources.get(node.path());
        if (value == null) {
            throw new IllegalArgumentException("no value is given for " + node);
        }
        return value;
    }

    private Nd compute(Node node, Map<Node, Nd> values) {
        List<Nd> operands = node.inputs().stream().map(values::get).toList();
        Op op = Op.of(node);
        return op.spec().eval(op, operands, new Context(node.path()));
    }

    private final class Context implements EvalContext {
        private final String path;

        Context(String path) {
            this.path = path;
        }

        @Override
        public Sizes sizes(Shape shape) {
            return shape.at(sizes);
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public long seed() {
            return seed;
        }

        @Override
        public long step() {
            return step;
        }
    }
}
