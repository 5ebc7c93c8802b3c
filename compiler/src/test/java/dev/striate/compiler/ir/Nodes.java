package dev.striate.compiler.ir;

import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.op.Args;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.Ops;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import dev.striate.core.init.Init;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Builds small graphs by hand. */
public final class Nodes {
    /** Where all of them come from. */
    public static final Origin ORIGIN = new Origin.Source(new Span(new SourceFile("test.cnn", "x"), 0, 1));

    private Nodes() {}

    /** An input of floats. */
    public static Node input(String path, Shape shape) {
        return new Node(new Source.Input(), List.of(), TensorType.f32(shape), path, ORIGIN);
    }

    /** A parameter. */
    public static Node param(String path, Shape shape) {
        return new Node(new Source.Param(Init.zeros()), List.of(), TensorType.f32(shape), path, ORIGIN);
    }

    /** A running statistic. */
    public static Node state(String path, Shape shape) {
        return new Node(new Source.State(Init.zeros()), List.of(), TensorType.f32(shape), path, ORIGIN);
    }

    /** A label {@code class[N, classes]}. */
    public static Node label(String path, int classes) {
        return new Node(new Source.Label(), List.of(), TensorType.classes(classes, Shape.of(Dim.N)), path, ORIGIN);
    }

    /** An operator of the language on operands. */
    public static Node node(String path, String operator, Map<String, Object> attrs, Node... operands) {
        OpSpec<?> spec = Ops.byName(operator).orElseThrow();
        return node(path, spec.make(new Args(spec, attrs)), operands);
    }

    /** An operator on operands: the data, then the parameters. */
    public static Node node(String path, Op op, Node... operands) {
        List<TensorType> data = Arrays.stream(operands)
                .limit(op.spec().operands().size())
                .map(Node::type)
                .toList();
        return new Node(op, List.of(operands), op.spec().type(op, data), path, ORIGIN);
    }

    /** A result named like its node. */
    public static Result result(Kind kind, Node node) {
        return new Result(kind, node.path(), node, ORIGIN);
    }
}
