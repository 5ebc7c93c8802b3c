package dev.striate.compiler.op;

import dev.striate.compiler.ir.Node;

/** What a rule sees and does that says what takes an operator's place in training. */
public interface Training {
    /** The node that is replaced. */
    Node node();

    /** Adds a node under the path of the replaced one, which gives the value that takes its place. */
    Node replace(Op op, Node... operands);

    /** Adds a node under the path of the replaced one and a name. */
    Node emit(String name, Op op, Node... operands);

    /**
     * The value that a running statistic has here: that of the last {@link #update} by a node before, of the step's
     * beginning where there is none.
     */
    Node current(Node state);

    /** States the new value of a running statistic. */
    void update(Node state, Node next);
}
