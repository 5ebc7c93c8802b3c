package dev.striate.compiler.ir;

import dev.striate.compiler.source.Span;

/** Where a node came from: a place in the source, directly or by way of a pass. */
public sealed interface Origin {
    /** The place in the source. */
    Span span();

    /** Written there. */
    record Source(Span span) implements Origin {}

    /**
     * Made by the compiler.
     *
     * @param by the pass that made it, such as {@code autodiff}
     * @param from what it was made from
     */
    record Derived(String by, Origin from) implements Origin {
        @Override
        public Span span() {
            return from.span();
        }
    }

    /** The place as messages and generated comments name it: {@code lenet5.cnn:8}. */
    default String place() {
        return span().file().name() + ":" + span().line();
    }
}
