package dev.striate.compiler.analyze;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.syntax.Ast;
import java.util.List;

/** What an expression of compile-time arithmetic comes to. */
sealed interface Const {
    /** An exact number, which may depend on the batch. */
    record Num(Dim value) implements Const {
        @Override
        public String toString() {
            return value.toString();
        }
    }

    /** True or false. */
    record Bool(boolean value) implements Const {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** Text that stood in quotes. */
    record Text(String value) implements Const {
        @Override
        public String toString() {
            return '"' + value + '"';
        }
    }

    /** {@code 3x3}. */
    record Extents(List<Integer> sizes) implements Const {
        @Override
        public String toString() {
            return String.join("x", sizes.stream().map(String::valueOf).toList());
        }
    }

    /** {@code [a, b]}. */
    record Items(List<Const> elements) implements Const {
        @Override
        public String toString() {
            return elements.toString();
        }
    }

    /** A number of epochs or of steps. */
    record Duration(Rational amount, Ast.Unit unit) implements Const {
        @Override
        public String toString() {
            return amount + " " + (unit == Ast.Unit.EPOCH ? "epochs" : "steps");
        }
    }

    /**
     * A layer, or a chain of them, that is passed to a block.
     *
     * @param expr what was written
     * @param frame where, which says what its names mean
     */
    record Operation(Ast.Expr expr, Frame frame) implements Const {
        @Override
        public String toString() {
            return expr.span().text();
        }
    }

    /** Not known, because of an error that was reported. */
    record Unknown() implements Const {}

    /** Not known, because of an error that was reported. */
    static Const unknown() {
        return new Unknown();
    }

    /** Whether it is not known, because of an error that was reported. */
    default boolean isUnknown() {
        return this instanceof Unknown;
    }

    /** What it is, in words. */
    default String kind() {
        return switch (this) {
            case Num n -> "a number";
            case Bool b -> "true or false";
            case Text t -> "a text";
            case Extents e -> "an extent";
            case Items i -> "a list";
            case Duration d -> "a duration";
            case Operation o -> "a layer";
            case Unknown u -> "unknown";
        };
    }
}
