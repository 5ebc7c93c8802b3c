package dev.striate.compiler.diag;

import dev.striate.compiler.source.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message to the user: what is wrong, where, how it came to be, and one concrete fix.
 *
 * @param code the stable code
 * @param severity how bad it is
 * @param message one sentence in the user's words, without a full stop
 * @param span the place to underline
 * @param label a few words beside the underline, or null
 * @param related other places that matter, such as the producer of a shape
 * @param notes derivations of dimensions and the call stack of blocks, a line each
 * @param fix what to write instead, or null
 */
public record Diagnostic(
        Code code,
        Severity severity,
        String message,
        Span span,
        @Nullable String label,
        List<Label> related,
        List<String> notes,
        @Nullable String fix) {
    /** Copies the lists. */
    public Diagnostic {
        related = List.copyOf(related);
        notes = List.copyOf(notes);
    }

    /** The same as an error. */
    Diagnostic asError() {
        return new Diagnostic(code, Severity.ERROR, message, span, label, related, notes, fix);
    }

    /** Begins an error; {@link Builder#build} ends it. */
    public static Builder error(Code code, Span span, String message) {
        return new Builder(code, Severity.ERROR, span, message);
    }

    /** Begins a warning; {@link Builder#build} ends it. */
    public static Builder warning(Code code, Span span, String message) {
        return new Builder(code, Severity.WARNING, span, message);
    }

    /** Collects the parts of a diagnostic. */
    public static final class Builder {
        private final Code code;
        private final Severity severity;
        private final Span span;
        private final String message;
        private @Nullable String label;
        private final List<Label> related = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private @Nullable String fix;

        private Builder(Code code, Severity severity, Span span, String message) {
            this.code = code;
            this.severity = severity;
            this.span = span;
            this.message = message;
        }

        /** A few words beside the underline. */
        public Builder label(String text) {
            label = text;
            return this;
        }

        /** Another place that matters. */
        public Builder related(Span place, String text) {
            related.add(new Label(place, text));
            return this;
        }

        /** A derivation, such as {@code H: 224 -> conv1 112}, or a line of the call stack of blocks. */
        public Builder note(String text) {
            notes.add(text);
            return this;
        }

        /** What to write instead. */
        public Builder fix(String text) {
            fix = text;
            return this;
        }

        /** The finished diagnostic. */
        public Diagnostic build() {
            return new Diagnostic(code, severity, message, span, label, related, notes, fix);
        }
    }
}
