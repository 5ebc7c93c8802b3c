package dev.striate.compiler.ir;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to nodes of one compilation, in an array by their number; see {@link NodeSet}.
 *
 * @param <V> what belongs to a node
 */
public final class NodeMap<V> {
    private final NodeNumbers numbers = new NodeNumbers();
    private @Nullable Object[] values = new Object[16];
    private int size;

    /** What belongs to a node; null when that was not said. */
    @SuppressWarnings("unchecked") // only put writes
    public @Nullable V get(Node node) {
        int index = numbers.index(node);
        return index < values.length ? (V) values[index] : null;
    }

    /** What belongs to a node, or another value when that was not said. */
    public V getOrDefault(Node node, V other) {
        V value = get(node);
        return value == null ? other : value;
    }

    /** Says what belongs to a node; what belonged to it before. */
    public @Nullable V put(Node node, V value) {
        V before = get(node);
        int index = numbers.index(node);
        if (index >= values.length) {
            values = Arrays.copyOf(values, Math.max(2 * values.length, index + 1));
        }
        values[index] = value;
        size += before == null ? 1 : 0;
        return before;
    }

    /** Whether nothing belongs to any node. */
    public boolean isEmpty() {
        return size == 0;
    }
}
