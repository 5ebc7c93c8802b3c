package dev.striate.compiler.ir;

/** Small numbers for nodes of one compilation: how far they were made from the first that was asked for. */
final class NodeNumbers {
    private boolean isEmpty = true;
    private int first;

    /** At least 0, and the same for a node each time. Differences stay right where the count of all nodes overflows. */
    int index(Node node) {
        if (isEmpty) {
            first = node.hashCode();
            isEmpty = false;
        }
        int distance = node.hashCode() - first;
        return distance >= 0 ? 2 * distance : 2 * ~distance + 1;
    }
}
