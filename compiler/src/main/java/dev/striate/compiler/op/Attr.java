package dev.striate.compiler.op;

import org.jspecify.annotations.Nullable;

/**
 * An argument of an operator: its name, what may be given, and its value when it is left out.
 *
 * @param name as it is written before {@code =}
 * @param kind what may be given
 * @param required whether it must be given
 * @param fallback the value when it is left out, of the kind's Java type; null when the operator derives it from others
 * @param doc one line for the reference
 */
public record Attr(
        String name, Kind kind, boolean required, @Nullable Object fallback, String doc) {
    /** What may be given for an argument, and the Java type that it becomes. */
    public enum Kind {
        /** A whole number from 1 up: {@link Integer}. */
        POSITIVE_INT("a whole number of at least 1"),
        /** A whole number from 0 up: {@link Integer}. */
        NON_NEGATIVE_INT("a whole number of at least 0"),
        /** A number: {@link Double}. */
        FLOAT("a number"),
        /** A list of numbers from 0 up: a {@link java.util.List} of {@link Double}. */
        WEIGHTS("a list of numbers of at least 0 such as [1, 2.5]"),
        /** A number from 0 up and below 1: {@link Double}. */
        PROBABILITY("a number of at least 0 and below 1"),
        /** {@code true} or {@code false}: {@link Boolean}. */
        BOOL("true or false"),
        /** {@code 3} or {@code 3x5}, each at least 1: {@link dev.striate.core.window.Extent}. */
        EXTENT("an extent of at least 1 such as 3 or 3x5"),
        /** {@code 1}, {@code 0x3}, {@code [t, b, l, r]}, {@code same} or {@code valid}: {@link dev.striate.core.window.Padding}. */
        PADDING("a padding such as 1, 0x3, [0, 1, 0, 1], same or valid"),
        /** {@code exact}, {@code floor} or {@code ceil}: {@link dev.striate.core.window.Rounding}. */
        ROUNDING("exact, floor or ceil"),
        /** An axis, {@code C} or {@code 1}: {@link Axis}. */
        AXIS("an axis such as C or 1"),
        /** An axis or a list of them: a {@link java.util.List} of {@link Axis}. */
        AXES("an axis such as C, or a list such as [H, W]"),
        /** A whole number from 0 up, which may be symbolic: {@link dev.striate.compiler.ir.Dim}. */
        PLACE("a whole number of at least 0"),
        /** A list of sizes, which may be symbolic: a {@link java.util.List} of {@link dev.striate.compiler.ir.Dim}. */
        SHAPE("a shape such as [N, 3, 8, 8]"),
        /** How {@code upsample} fills: {@link dev.striate.core.kernel.Upsample.Mode}. */
        INTERPOLATION("nearest or bilinear"),
        /** An initializer such as {@code he_normal} or {@code normal(0, 0.02)}: {@link dev.striate.core.init.Init}. */
        INIT("an initializer such as he_normal or normal(0, 0.02)");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** What may be given, in words for messages. */
        public String words() {
            return words;
        }
    }

    /** An argument that must be given. */
    public static Attr required(String name, Kind kind, String doc) {
        return new Attr(name, kind, true, null, doc);
    }

    /** An argument with a default. */
    public static Attr optional(String name, Kind kind, Object fallback, String doc) {
        return new Attr(name, kind, false, fallback, doc);
    }

    /** An argument that the operator derives from others when it is left out. */
    public static Attr derived(String name, Kind kind, String doc) {
        return new Attr(name, kind, false, null, doc);
    }
}
