package dev.striate.compiler.onnx;

import dev.striate.compiler.ir.Shape;
import dev.striate.core.Sizes;
import java.util.List;

/**
 * What a net is in ONNX. All names are unique among inputs, parameters, constants and results of nodes.
 *
 * @param name the net's name
 * @param doc what the sizes must fulfil, which ONNX does not check; empty where all are right
 * @param inputs what it takes, float32, with their symbolic shapes
 * @param outputs what it gives: results of nodes
 * @param parameters what it takes from the weights: learned tensors and running statistics under their paths
 * @param constants what is part of the graph
 * @param nodes operands before their users
 */
public record OnnxGraph(
        String name,
        String doc,
        List<Value> inputs,
        List<Value> outputs,
        List<Parameter> parameters,
        List<Constant> constants,
        List<OnnxNode> nodes) {
    /** The version of ONNX's set of operators: the first with all that nets become. */
    public static final int OPSET = 18;

    /** Copies the lists. */
    public OnnxGraph {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        parameters = List.copyOf(parameters);
        constants = List.copyOf(constants);
        nodes = List.copyOf(nodes);
    }

    /** An input or output with its shape, {@code N} and other symbols included. */
    public record Value(String name, Shape shape) {}

    /** A tensor of the weights. */
    public record Parameter(String name, Sizes shape) {}

    /** A tensor that is part of the graph. */
    public sealed interface Constant {
        /** Its name. */
        String name();

        /** Of float32 numbers in row-major order. */
        record Floats(String name, Sizes shape, List<Float> values) implements Constant {}

        /** The int64 vector of some numbers. */
        record Integers(String name, List<Long> values) implements Constant {}
    }
}
