package dev.striate.core.recipe;

import java.util.Map;
import java.util.TreeMap;

/**
 * Where the samples come from.
 *
 * @param source the kind of data set, such as {@code digits} or {@code idx}
 * @param arguments what else the source was given, by name: strings and numbers
 * @param batch samples in a step
 * @param seed decides the order of the samples
 * @param dropLast whether a last, smaller batch is left out
 */
public record Data(String source, Map<String, Object> arguments, int batch, long seed, boolean dropLast) {
    /** Copies the arguments. */
    public Data {
        arguments = Map.copyOf(arguments);
    }

    /** A source with batches of {@code batch}. */
    public static Data data(String source, int batch) {
        return new Data(source, Map.of(), batch, 0, false);
    }

    /** With a seed. */
    public Data seed(long value) {
        return new Data(source, arguments, batch, value, dropLast);
    }

    /** With the last, smaller batch left out. */
    public Data withoutLast() {
        return new Data(source, arguments, batch, seed, true);
    }

    /** With one more argument. */
    public Data with(String name, Object value) {
        Map<String, Object> all = new TreeMap<>(arguments);
        all.put(name, value);
        return new Data(source, all, batch, seed, dropLast);
    }
}
