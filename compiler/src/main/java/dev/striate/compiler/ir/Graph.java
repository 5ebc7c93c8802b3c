package dev.striate.compiler.ir;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A net, or its training step, as operations in an order in which they can run.
 *
 * @param name the net's name
 * @param nodes all nodes, operands before their users
 * @param results what is asked of it
 * @param dimensions the symbolic dimensions of its inputs and labels; what passes make of a graph has none of its own
 * @param updates by the name of an objective, the paths of the parameters that it updates; all where it is missing
 */
public record Graph(
        String name, List<Node> nodes, List<Result> results, Dimensions dimensions, Map<String, Set<String>> updates) {
    /** What a result is for. */
    public enum Kind {
        /** A value that the user of the net reads. */
        OUTPUT,
        /** A scalar that is reported and may be part of the objective. */
        LOSS,
        /** A scalar, or a table of counts, that is reported. */
        METRIC,
        /** The scalar that training makes small: a loss, or what {@code objective} says. */
        OBJECTIVE,
        /** The gradient of the objective by the parameter, or input, whose path is the result's name. */
        GRADIENT,
        /** The new value of the running statistic whose path is the result's name. */
        STATE
    }

    /** When a result is asked for. */
    public enum Phase {
        /** Whenever its kind is. */
        ALWAYS,
        /** In training only: {@code when train}. */
        TRAIN,
        /** In inference and evaluation only: {@code when infer}. */
        INFER
    }

    /**
     * A value that is asked for.
     *
     * @param kind what for
     * @param name its name, unique among its kind in each phase
     * @param node the value
     * @param origin where it was asked for
     * @param phase when
     */
    public record Result(Kind kind, String name, Node node, Origin origin, Phase phase) {
        /** A value that is asked for whenever its kind is. */
        public Result(Kind kind, String name, Node node, Origin origin) {
            this(kind, name, node, origin, Phase.ALWAYS);
        }
    }

    /** A graph whose sizes, the batch apart, are numbers, or told elsewhere. */
    public Graph(String name, List<Node> nodes, List<Result> results) {
        this(name, nodes, results, Dimensions.NONE, Map.of());
    }

    /** Copies the lists. */
    public Graph {
        nodes = List.copyOf(nodes);
        results = List.copyOf(results);
    }

    /** Whether an objective updates a parameter. */
    public boolean updates(String objective, Node param) {
        Set<String> own = updates.get(objective);
        return own == null || own.contains(param.path());
    }

    /** The same net with other nodes and results. */
    public Graph with(List<Node> others, List<Result> asked) {
        return new Graph(name, others, asked, dimensions, updates);
    }

    /** The results of one kind, in order. */
    public List<Result> results(Kind kind) {
        return results.stream().filter(r -> r.kind() == kind).toList();
    }

    /** The result of a kind and name. */
    public Optional<Result> result(Kind kind, String name) {
        return results(kind).stream().filter(r -> r.name().equals(name)).findFirst();
    }

    /** The learned tensors, in the order of the graph. */
    public List<Node> params() {
        return nodes.stream().filter(Node::isParam).toList();
    }

    /** The nodes with a given source of values, in the order of the graph. */
    public List<Node> sources(Class<? extends Source> kind) {
        return nodes.stream().filter(n -> kind.isInstance(n.operation())).toList();
    }
}
