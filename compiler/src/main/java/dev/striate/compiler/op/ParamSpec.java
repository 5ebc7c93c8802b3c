package dev.striate.compiler.op;

import dev.striate.core.Sizes;
import dev.striate.core.init.Init;

/**
 * A parameter that an operator owns.
 *
 * @param name its name within the layer, such as {@code weight}
 * @param shape its shape
 * @param init its first values
 * @param learned whether it is learned; else a running statistic
 */
public record ParamSpec(String name, Sizes shape, Init init, boolean learned) {
    /** A learned parameter. */
    public ParamSpec(String name, Sizes shape, Init init) {
        this(name, shape, init, true);
    }

    /** A running statistic. */
    static ParamSpec state(String name, Sizes shape, Init init) {
        return new ParamSpec(name, shape, init, false);
    }
}
