package dev.striate.core.window;

/** What to do with a window that does not tile its input exactly. */
public enum Rounding {
    /** The window must tile the input; anything else is an error. */
    EXACT,
    /** Drops the rows and columns that no whole window covers. */
    FLOOR,
    /** Lets the last window reach past the edge; it must start inside the input or its leading padding. */
    CEIL
}
