package dev.striate.compiler.analyze;

import dev.striate.compiler.source.Span;
import org.jspecify.annotations.Nullable;

/** What a name means. */
sealed interface Entry {
    /** Where it was declared. */
    Span declared();

    /** Whether an error that was reported keeps it from being known. */
    boolean isUnknown();

    /** In messages, with an article: {@code a parameter}. */
    String kind();

    /** A parameter, the variable of a loop, or a dimension. */
    record Constant(Const value, Span declared) implements Entry {
        @Override
        public boolean isUnknown() {
            return value.isUnknown();
        }

        @Override
        public String kind() {
            return "a parameter";
        }
    }

    /**
     * A value that the net computes or is given.
     *
     * @param value the value
     * @param inner the names within the labelled step that it comes from, or null
     */
    record Computed(Value value, @Nullable Scope inner, Span declared) implements Entry {
        @Override
        public boolean isUnknown() {
            return !value.isKnown();
        }

        @Override
        public String kind() {
            return "a value";
        }
    }

    /**
     * A loss or a metric.
     *
     * @param kind {@code a loss} or {@code a metric}
     * @param value the scalar
     */
    record Term(String kind, Value value, Span declared) implements Entry {
        @Override
        public boolean isUnknown() {
            return !value.isKnown();
        }
    }

    /** {@code shared f = Tower(dim)}: one set of weights, applied wherever the name stands. */
    record Shared(Sharing sharing, Span declared) implements Entry {
        @Override
        public boolean isUnknown() {
            return false;
        }

        @Override
        public String kind() {
            return "a shared layer";
        }
    }
}
