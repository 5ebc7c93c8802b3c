package dev.striate.compiler.op;

import dev.striate.compiler.ir.Node;
import org.jspecify.annotations.Nullable;

/** What a gradient rule sees and does: it reads the node, emits more nodes, and hands each operand its gradient. */
public interface Gradients {
    /** The node that is differentiated. */
    Node node();

    /** The gradient of the objective by the node's result; of the same shape. */
    Node incoming();

    /** Whether the gradient by an operand is needed at all. */
    boolean wants(int input);

    /** Adds a node that computes something for the gradient by an operand. */
    Node emit(int input, Op op, Node... operands);

    /** Adds a node that computes something for the gradients by several operands. */
    Node emit(String name, Op op, Node... operands);

    /** States the gradient by an operand. */
    void to(int input, @Nullable Node gradient);

    /** Emits a node and states it as the gradient by an operand, when that is wanted. */
    default void give(int input, Op op, Node... operands) {
        if (wants(input)) {
            to(input, emit(input, op, operands));
        }
    }
}
