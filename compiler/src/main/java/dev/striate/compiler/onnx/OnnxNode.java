package dev.striate.compiler.onnx;

import dev.striate.compiler.op.OnnxOp;
import java.util.List;

/**
 * A node of an ONNX graph with its only result, after which it is named.
 *
 * @param op the operator
 * @param operands the names of its operands; empty for an optional one that is left out
 * @param result the name of its result
 * @param place where what it computes was written, as {@code lenet5.cnn:8}
 */
public record OnnxNode(OnnxOp op, List<String> operands, String result, String place) {
    /** Copies the operands. */
    public OnnxNode {
        operands = List.copyOf(operands);
    }

    /** The same with another name of a value, wherever it occurs. */
    OnnxNode renamed(String from, String to) {
        return new OnnxNode(
                op,
                operands.stream().map(v -> v.equals(from) ? to : v).toList(),
                result.equals(from) ? to : result,
                place);
    }
}
