package dev.striate.compiler.ir;

import dev.striate.core.init.Init;

/** A node without operands whose value comes from outside of the graph. */
public sealed interface Source extends Operation {
    /** An input of the net. */
    record Input() implements Source {
        @Override
        public String name() {
            return "input";
        }
    }

    /** A label: known in training and evaluation only. */
    record Label() implements Source {
        @Override
        public String name() {
            return "label";
        }
    }

    /**
     * A learned tensor.
     *
     * @param init its first values
     */
    record Param(Init init) implements Source {
        @Override
        public String name() {
            return "param";
        }

        @Override
        public String describe(Node node) {
            return "param " + init;
        }
    }

    /**
     * A running statistic: kept with the parameters, but not learned. Each training step replaces it.
     *
     * @param init its first values
     */
    record State(Init init) implements Source {
        @Override
        public String name() {
            return "state";
        }

        @Override
        public String describe(Node node) {
            return "state " + init;
        }
    }
}
