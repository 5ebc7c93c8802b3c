package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.source.Span;
import java.util.HashMap;
import java.util.Map;

/** The settings of a recipe or phase that were given; most are given once. */
final class SettingsSeen {
    private final Map<String, Span> seen = new HashMap<>();
    private final Log log;

    SettingsSeen(Log log) {
        this.log = log;
    }

    /** Notes a setting, and reports it the second time. */
    void once(String setting, Span span) {
        Span before = seen.putIfAbsent(setting, span);
        if (before != null) {
            log.add(Diagnostic.error(Code.DUPLICATE_SETTING, span, "`" + setting + "` is given twice")
                    .related(before, "given here first")
                    .fix("keep one of them"));
        }
    }

    /** Notes a setting that may be given several times. */
    void note(String setting, Span span) {
        seen.putIfAbsent(setting, span);
    }

    /** Whether a setting was given. */
    boolean has(String setting) {
        return seen.containsKey(setting);
    }
}
