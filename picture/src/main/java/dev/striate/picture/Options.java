package dev.striate.picture;

import java.util.Map;

/**
 * How a net is drawn.
 *
 * @param sizes of the symbolic dimensions; those without one are drawn as symbols
 * @param direction where values go
 * @param depth groups that stand in so many others are drawn closed, as one box; 0 closes all, and {@link #AUTOMATIC} as few as
 *     it takes for a picture that can be looked at
 */
public record Options(Map<String, Long> sizes, Direction direction, int depth) {
    /** As deep as the picture stays small enough to be looked at. */
    public static final int AUTOMATIC = -1;

    /** Copies the sizes. */
    public Options {
        sizes = Map.copyOf(sizes);
    }
}
