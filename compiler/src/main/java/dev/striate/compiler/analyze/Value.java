package dev.striate.compiler.analyze;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value in a chain.
 *
 * @param found what computes it; null after an error that was reported
 */
record Value(@Nullable Node found) {
    /** Not known, because of an error that was reported: what is computed from it is not known either, silently. */
    static final Value UNKNOWN = new Value(null);

    /** Whether it is known. */
    boolean isKnown() {
        return found != null;
    }

    /** What computes it, when it is known. */
    Node node() {
        return Objects.requireNonNull(found);
    }

    /** Whether it is a label. */
    boolean isLabel() {
        return found != null && found.operation() instanceof Source.Label;
    }
}
