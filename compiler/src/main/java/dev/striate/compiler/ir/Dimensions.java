package dev.striate.compiler.ir;

import java.util.List;
import java.util.Map;

/**
 * The symbolic dimensions of a net, the batch {@code N} apart.
 *
 * @param names in the order in which their sizes are given when a session is opened
 * @param conditions what their sizes must fulfil, in the order of the source
 * @param smallest a size for each, small, for which the whole net fits together
 */
public record Dimensions(List<String> names, List<Condition> conditions, Map<String, Long> smallest) {
    /** Of a net whose sizes are all numbers. */
    public static final Dimensions NONE = new Dimensions(List.of(), List.of(), Map.of());

    /** Copies the lists. */
    public Dimensions {
        names = List.copyOf(names);
        conditions = List.copyOf(conditions);
        smallest = Map.copyOf(smallest);
    }
}
