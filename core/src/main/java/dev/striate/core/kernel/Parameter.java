package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.init.Init;

/**
 * A learned tensor.
 *
 * @param name the name within its layer, such as {@code weight}, or the whole path, such as {@code conv1.weight}
 * @param shape its shape
 * @param init its first values
 */
public record Parameter(String name, Sizes shape, Init init) {
    /** The same parameter under the path of its layer. */
    public Parameter under(String path) {
        return new Parameter(path + "." + name, shape, init);
    }
}
