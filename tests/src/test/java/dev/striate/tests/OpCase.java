package dev.striate.tests;

import static java.util.Objects.requireNonNull;

import dev.striate.compiler.eval.Evaluator;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import dev.striate.core.Sizes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One operator whose operands are sources with values.
 *
 * @param node the operator; its operands are different sources
 * @param values the values of the sources by path
 * @param sizes the symbolic sizes
 */
record OpCase(Node node, Map<String, Nd> values, Map<String, Long> sizes) {
    /** Where every node comes from. */
    static final Origin ORIGIN = new Origin.Source(new Span(new SourceFile("case.cnn", "op"), 0, 2));

    /** The seed and the training step of every evaluation and every session. */
    static final long SEED = 7;

    static final long STEP = 3;

    Op op() {
        return Op.of(node);
    }

    /** The data operands, without the parameters. */
    List<Node> data() {
        return op().spec().data(node);
    }

    List<TensorType> dataTypes() {
        return data().stream().map(Node::type).toList();
    }

    Nd value(Node source) {
        return requireNonNull(values.get(source.path()), source.path());
    }

    /** The shapes of the data operands and of the result. */
    List<Sizes> shapes() {
        return Stream.concat(data().stream(), Stream.of(node))
                .map(n -> n.shape().at(sizes))
                .toList();
    }

    /** The sources and the operator. */
    List<Node> nodes() {
        List<Node> nodes = new ArrayList<>(new LinkedHashSet<>(node.inputs()));
        nodes.add(node);
        return nodes;
    }

    /** The result in float64. */
    Nd eval() {
        return eval(values);
    }

    /** The result in float64 for other values of the sources. */
    Nd eval(Map<String, Nd> others) {
        return requireNonNull(
                evaluate(new Graph("case", nodes(), List.of()), others, sizes).get(node));
    }

    static Map<Node, Nd> evaluate(Graph graph, Map<String, Nd> values, Map<String, Long> sizes) {
        return new Evaluator(sizes, SEED, STEP).run(graph, values);
    }

    /** The same operator with every float changed, each to a number that float32 holds. */
    OpCase map(UnaryOperator<Double> change) {
        Map<String, Nd> changed = new HashMap<>();
        for (Node source : node.inputs()) {
            Nd value = value(source);
            changed.put(
                    source.path(),
                    source.type().isFloat()
                            ? Nd.of(
                                    value.shape(),
                                    i -> change.apply(value.get(i)).floatValue())
                            : value);
        }
        return new OpCase(node, changed, sizes);
    }

    /** A node of an evaluated graph by itself: its operands become sources with the values that they had there. */
    static OpCase alone(Node node, Map<Node, Nd> evaluated, Map<String, Long> sizes) {
        List<Node> sources = new ArrayList<>();
        Map<String, Nd> values = new HashMap<>();
        int data = Op.of(node).spec().data(node).size();
        for (int i = 0; i < node.inputs().size(); i++) {
            Node operand = node.input(i);
            Node source = i < data ? source("in" + i, operand.type()) : operand;
            sources.add(source);
            values.put(source.path(), requireNonNull(evaluated.get(operand)));
        }
        return new OpCase(node.withInputs(sources), values, sizes).map(v -> v);
    }

    /** A source of data: an input, or a label when it holds classes. */
    static Node source(String path, TensorType type) {
        return new Node(type.isFloat() ? new Source.Input() : new Source.Label(), List.of(), type, path, ORIGIN);
    }

    @Override
    public String toString() {
        List<String> operands =
                node.inputs().stream().map(s -> value(s).shape().toString()).toList();
        return op() + " of " + operands + " with " + dataTypes() + " and " + sizes;
    }
}
