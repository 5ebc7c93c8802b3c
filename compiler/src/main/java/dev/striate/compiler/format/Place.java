package dev.striate.compiler.format;

import org.jspecify.annotations.Nullable;

/**
 * The column at which a line begins.
 *
 * @param anchor what the column is counted from; null for the left margin
 * @param ofLine counts from the beginning of the line that {@code anchor} is on
 * @param offset added to the column of that
 */
record Place(@Nullable Piece anchor, boolean ofLine, int offset) {
    /** A column, from 0. */
    static Place column(int column) {
        return new Place(null, false, column);
    }

    /** Below {@code anchor}. */
    static Place below(Piece anchor) {
        return new Place(anchor, false, 0);
    }

    /** {@code offset} from the beginning of the line of {@code anchor}. */
    static Place inLineOf(Piece anchor, int offset) {
        return new Place(anchor, true, offset);
    }

    /** Further to the right; to the left when {@code columns} is negative. */
    Place plus(int columns) {
        return new Place(anchor, ofLine, offset + columns);
    }
}
