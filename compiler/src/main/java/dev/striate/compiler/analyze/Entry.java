package dev.striate.compiler.analyze;

import dev.striate.compiler.source.Span;
import org.jspecify.annotations.Nullable;

/** What a name means. */
sealed interface Entry {
    /** Where it was declared. */
    Span declared();

    /** Whether an error that was reported keeps it from being known. */
    boolean isUnknown();

    /** A parameter of the net. */
    record Constant(Const value, Span declared) implements Entry {
        @Override
        public boolean isUnknown() {
            return value.isUnknown();
        }
    }

    /**
     * A value that the net computes or is given.
     *
     * @param value the value
     * @param inner the names within the labelled braces that it comes from, or null
     */
    record Computed(Value value, @Nullable Scope inner, Span declared) implements Entry {
        @Override
        public boolean isUnknown() {
            return !value.isKnown();
        }
    }

    /**
     * A loss or a metric.
     *
     * @param kind {@code loss} or {@code metric}
     */
    record Term(String kind, Span declared) implements Entry {
        @Override
        public boolean isUnknown() {
            return false;
        }
    }
}
