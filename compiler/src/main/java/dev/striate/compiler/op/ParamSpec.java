package dev.striate.compiler.op;

import dev.striate.core.Sizes;
import dev.striate.core.init.Init;

/**
 * A parameter that an operator owns.
 *
 * @param name its name within the layer, such as {@code weight}
 * @param shape its shape
 * @param init its first values
 */
public record ParamSpec(String name, Sizes shape, Init init) {}
