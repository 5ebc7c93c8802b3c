package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.init.Init;

/**
 * A tensor that lies in the weights: learned, or a running statistic.
 *
 * @param name the name within its layer, such as {@code weight}, or the whole path, such as {@code conv1.weight}
 * @param shape its shape
 * @param init its first values
 * @param learned whether training moves it along a gradient; a running statistic is replaced instead, and not counted
 */
public record Parameter(String name, Sizes shape, Init init, boolean learned) {
    /** A learned tensor. */
    public Parameter(String name, Sizes shape, Init init) {
        this(name, shape, init, true);
    }

    /** A running statistic. */
    public static Parameter state(String name, Sizes shape, Init init) {
        return new Parameter(name, shape, init, false);
    }

    /** The same parameter under the path of its layer. */
    public Parameter under(String path) {
        return new Parameter(path + "." + name, shape, init, learned);
    }
}
