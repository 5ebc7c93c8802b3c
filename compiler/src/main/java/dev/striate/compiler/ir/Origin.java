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
     * What was declared as a block or net.
     *
     * @param name its name
     * @param doc what its author wrote about it; null when there is nothing
     * @param span where the name is declared
     */
    record Declaration(String name, @Nullable String doc, Span span) {}

    /** A call of a block. Two calls are never equal, even where one is written once and made twice. */
    final class Call {
        private final Declaration block;
        private final String path;
        private final Span span;
        private final @Nullable Call outer;

        /**
         * A call.
         *
         * @param block what is called
         * @param path the path of the call, with which those of its layers begin
         * @param span where it is called
         * @param outer the call of the block in which it is called; null in the net itself
         */
        public Call(Declaration block, String path, Span span, @Nullable Call outer) {
            this.block = block;
            this.path = path;
            this.span = span;
            this.outer = outer;
        }

        /** What is called. */
        public Declaration block() {
            return block;
        }

        /** The path of the call, with which those of its layers begin. */
        public String path() {
            return path;
        }

        /** Where it is called. */
        public Span span() {
            return span;
        }

        /** The call of the block in which it is called; null in the net itself. */
        public @Nullable Call outer() {
            return outer;
        }
    }

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
