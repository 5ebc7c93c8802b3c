package dev.striate.compiler.ir;

import java.util.BitSet;

/**
 * A set of nodes of one compilation. These were made one after the other, so that a bit for the number of each is far less
 * memory than a hash table, which would not stay in the processor's caches for large nets.
 */
public final class NodeSet {
    private final BitSet bits = new BitSet();
    private final NodeNumbers numbers = new NodeNumbers();

    /** Adds a node; whether it was not in the set before. */
    public boolean add(Node node) {
        int index = numbers.index(node);
        boolean isNew = !bits.get(index);
        bits.set(index);
        return isNew;
    }

    /** Adds nodes. */
    public void addAll(Iterable<Node> nodes) {
        nodes.forEach(this::add);
    }

    /** Whether a node was added. */
    public boolean contains(Node node) {
        return bits.get(numbers.index(node));
    }

    /** Whether any of some nodes was added. */
    public boolean containsAny(Iterable<Node> nodes) {
        for (Node node : nodes) {
            if (contains(node)) {
                return true;
            }
        }
        return false;
    }

    /** Whether all of some nodes were added. */
    public boolean containsAll(Iterable<Node> nodes) {
        for (Node node : nodes) {
            if (!contains(node)) {
                return false;
            }
        }
        return true;
    }
}
