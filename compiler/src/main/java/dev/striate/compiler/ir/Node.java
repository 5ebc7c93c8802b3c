package dev.striate.compiler.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One operation of a graph and its single result. Nodes are compared by identity: the same operation written twice is
 * two nodes.
 */
public final class Node {
    private static final AtomicInteger MADE = new AtomicInteger();

    /** Nodes are mostly visited in the order in which they were made, and then so are the places of a hash table of them. */
    private final int hash = MADE.getAndIncrement();

    private final Operation operation;
    private final List<Node> inputs;
    private final TensorType type;
    private final String path;
    private final Origin origin;

    /**
     * A node.
     *
     * @param operation what it does
     * @param inputs its operands: the data, then the parameters
     * @param type the type of its result
     * @param path its name, unique in the graph, such as {@code layer1.0.conv1}
     * @param origin where it came from
     */
    public Node(Operation operation, List<Node> inputs, TensorType type, String path, Origin origin) {
        this.operation = operation;
        this.inputs = List.copyOf(inputs);
        this.type = type;
        this.path = path;
        this.origin = origin;
    }

    /** What it does. */
    public Operation operation() {
        return operation;
    }

    /** Its operands: the data, then the parameters. */
    public List<Node> inputs() {
        return inputs;
    }

    /** One operand. */
    public Node input(int index) {
        return inputs.get(index);
    }

    /** The type of its result. */
    public TensorType type() {
        return type;
    }

    /** The shape of its result. */
    public Shape shape() {
        return type.shape();
    }

    /** Its name, unique in the graph. */
    public String path() {
        return path;
    }

    /** Where it came from. */
    public Origin origin() {
        return origin;
    }

    /** The same operation on other operands. */
    public Node withInputs(List<Node> others) {
        return new Node(operation, others, type, path, origin);
    }

    /** The same operation, on what took the place of operands; this node where nothing did. */
    public Node on(NodeMap<Node> replaced) {
        boolean isSame = true;
        for (int i = 0; i < inputs.size(); i++) { // each pass does this for each node: nothing is made for it
            isSame &= replaced.get(inputs.get(i)) == null;
        }
        if (isSame) {
            return this;
        }
        List<Node> others = new ArrayList<>(inputs);
        others.replaceAll(i -> replaced.getOrDefault(i, i));
        return withInputs(others);
    }

    /** Whether this is a learned tensor. */
    public boolean isParam() {
        return operation instanceof Source.Param;
    }

    /** Whether this lies in the weights: a learned tensor or a running statistic. */
    public boolean isStored() {
        return isParam() || operation instanceof Source.State;
    }

    /** Whether its value comes from outside of the graph. */
    public boolean isSource() {
        return operation instanceof Source;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return path + ": " + type;
    }
}
