package dev.striate.compiler.op;

import dev.striate.core.window.Window;

/** Which elements of its operands one element of a result sees, along the spatial axes. */
public sealed interface Field {
    /** The one at the same place. */
    record Point() implements Field {}

    /** Those under a window. */
    record Windowed(Window window) implements Field {}

    /**
     * Those under whose window it is: element {@code i} of an operand reaches the elements {@code i*stride - before} and
     * on of the result, as far as the window does. Of a transposed convolution that is the window of its gradient; nearest
     * and bilinear upsampling are transposed convolutions, too.
     */
    record Transposed(Window window) implements Field {}

    /** All of them. */
    record All() implements Field {}

    /** The one at the same place. */
    Field POINT = new Point();

    /** All of them. */
    Field ALL = new All();
}
