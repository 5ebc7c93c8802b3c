package dev.striate.compiler.diag;

import java.util.Locale;

/** How bad a diagnostic is. */
public enum Severity {
    /** Nothing is generated. */
    ERROR,
    /** Probably a mistake. */
    WARNING;

    /** As messages show it: {@code error}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
