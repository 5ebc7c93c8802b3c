package dev.striate.compiler.ir;

import java.util.BitSet;
import java.util.List;

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
    public void addAll(List<Node> nodes) {
        for (int i = 0; i < nodes.size(); i++) { // each pass does this for each node: nothing is made for it
            add(nodes.get(i));
        }
    }

    /** Whether a node was added. */
    public boolean contains(Node node) {
        return bits.get(numbers.index(node));
    }

    /** Whether any of some nodes was added. */
    public boolean containsAny(List<Node> nodes) {
        return count(nodes) > 0;
    }

    /** Whether all of some nodes were added. */
    public boolean containsAll(List<Node> nodes) {
        return count(nodes) == nodes.size();
    }

    private int count(List<Node> nodes) {
        int count = 0;
        for (int i = 0; i < nodes.size(); i++) {
            count += contains(nodes.get(i)) ? 1 : 0;
        }
        return count;
    }
}
