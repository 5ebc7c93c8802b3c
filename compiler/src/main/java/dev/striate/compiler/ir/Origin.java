package dev.striate.compiler.ir;

import dev.striate.compiler.source.Span;
import org.jspecify.annotations.Nullable;

/** Where a node came from: a place in the source, directly or by way of a pass. */
public sealed interface Origin {
    /** The place in the source. */
    Span span();

    /** The call of the block that it belongs to; null when it belongs to the net itself. */
    @Nullable
    Call within();

    /**
     * Written there.
     *
     * @param span the place
     * @param within the call of the block that it belongs to; null when it stands in the net itself
     */
    record Source(Span span, @Nullable Call within) implements Origin {
        /** Written in the net itself. */
        public Source(Span span) {
            this(span, null);
        }
    }

    /**
     * A call of a block.
     *
     * @param block the block's name
     * @param path the path of the call, with which those of its layers begin
     * @param span where it is called
     * @param outer the call of the block in which it is called; null in the net itself
     */
    record Call(
            String block, String path, Span span, @Nullable Call outer) {}

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

        @Override
        public @Nullable Call within() {
            return from.within();
        }
    }

    /** The place as messages and generated comments name it: {@code lenet5.cnn:8}. */
    default String place() {
        return span().file().name() + ":" + span().line();
    }
}
