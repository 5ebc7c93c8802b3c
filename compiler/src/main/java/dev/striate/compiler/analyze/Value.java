package dev.striate.compiler.analyze;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import java.util.List;

/** What flows along a chain: one value, or several. */
sealed interface Value {
    /** One value. */
    record One(Node node) implements Value {
        @Override
        public List<Value> parts() {
            return List.of(this);
        }

        @Override
        public boolean isKnown() {
            return true;
        }
    }

    /** Several, as {@code (a, b)} and {@code split} make them. */
    record Many(List<Value> parts) implements Value {
        /** Copies the list. */
        public Many {
            parts = List.copyOf(parts);
        }

        @Override
        public boolean isKnown() {
            return parts.stream().allMatch(Value::isKnown);
        }
    }

    /** Not known, because of an error that was reported: what is computed from it is not known either, silently. */
    record Unknown() implements Value {
        @Override
        public List<Value> parts() {
            return List.of(this);
        }

        @Override
        public boolean isKnown() {
            return false;
        }
    }

    /** A value that is not known, because of an error that was reported. */
    static Value unknown() {
        return new Unknown();
    }

    /** One value. */
    static Value of(Node node) {
        return new One(node);
    }

    /** Several values; of a single one, that one. */
    static Value of(List<Value> parts) {
        return parts.size() == 1 ? parts.getFirst() : new Many(parts);
    }

    /** The single values that it consists of; an unknown one is one. */
    List<Value> parts();

    /** Whether all of it is known. */
    boolean isKnown();

    /** What computes it, when it is known to be one. */
    default Node node() {
        return ((One) this).node();
    }

    /** Whether it is a label. */
    default boolean isLabel() {
        return this instanceof One one && one.node().operation() instanceof Source.Label;
    }
}
