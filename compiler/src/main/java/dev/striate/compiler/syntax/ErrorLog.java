package dev.striate.compiler.syntax;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.source.Span;
import org.jspecify.annotations.Nullable;

/** Hands the syntax errors of one file on, up to a number that a person still reads. */
final class ErrorLog {
    private static final int MOST = 20;

    private final Diagnostics out;
    private int count;
    private @Nullable Span furthest;

    ErrorLog(Diagnostics out) {
        this.out = out;
    }

    /** Reports {@code error}, or that there are too many. */
    void add(Diagnostic.Builder error) {
        if (isFull()) {
            return;
        }
        Diagnostic built = error.build();
        if (furthest == null || furthest.start() < built.span().start()) {
            furthest = built.span();
        }
        count++;
        out.add(
                isFull()
                        ? Diagnostic.error(Code.TOO_MANY, furthest, "there are more than " + MOST + " syntax errors")
                                .fix("correct the first ones and check the file again")
                                .build()
                        : built);
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Whether nothing more will be reported, so that reading on is of no use. */
    boolean isFull() {
        return count > MOST;
    }
}
