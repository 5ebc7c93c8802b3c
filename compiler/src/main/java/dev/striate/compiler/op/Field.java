package dev.striate.compiler.op;

import dev.striate.core.window.Window;

/** Which elements of its first operand one element of a result sees, along the spatial axes. */
public sealed interface Field {
    /** The one at the same place. */
    record Point() implements Field {}

    /** Those under a window. */
    record Windowed(Window window) implements Field {}

    /** All of them. */
    record All() implements Field {}

    /** The one at the same place. */
    Field POINT = new Point();

    /** All of them. */
    Field ALL = new All();
}
