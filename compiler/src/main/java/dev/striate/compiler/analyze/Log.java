package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.diag.Suggestions;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the analysis of one declaration reports, and whether it has seen all of that declaration. */
final class Log {
    /** `padding` means `pad`, and `kernel_size` means `kernel`. */
    private static final int SHORTEST_STEM = 3;

    /** So many calls of blocks are named in a message, from the innermost on. */
    private static final int MOST_CALLS = 4;

    private final Diagnostics diagnostics;
    private final Set<Span> sought = new HashSet<>();
    private Origin.@Nullable Call call;
    private boolean unsure;
    private boolean failed;

    /** With {@code unsure}, a part of the declaration is missing, and unknown names are not reported. */
    Log(Diagnostics diagnostics, boolean unsure) {
        this.diagnostics = diagnostics;
        this.unsure = unsure;
    }

    /** Says which call of a block is being looked at, which errors will name; null outside of blocks. */
    void within(Origin.@Nullable Call innermost) {
        call = innermost;
    }

    /** Reports an error, with the calls that lead to it. One in a block is reported once, however often it is called. */
    void add(Diagnostic.Builder error) {
        failed = true;
        if (call == null) {
            diagnostics.add(error);
            return;
        }
        int shown = 0;
        for (Origin.Call c = call; c != null && shown < MOST_CALLS; c = c.outer(), shown++) {
            error.related(c.span(), "in `" + c.block().name() + "`, called here");
        }
        diagnostics.addOnce(error.build());
    }

    /** Whether something was left out, so that what seems to be missing may be there. */
    boolean isUnsure() {
        return unsure;
    }

    /** Whether an error was reported here. */
    boolean hasFailed() {
        return failed;
    }

    /**
     * Reports a construct of the language that this version does not compile; what it declares stays unknown.
     *
     * @param what the construct, as the subject of a sentence
     * @param fix what to write instead
     */
    void unsupported(Span span, String what, String fix) {
        add(Diagnostic.error(Code.NOT_SUPPORTED, span, what + " is not supported by this version of the compiler")
                .fix(fix));
        unsure = true;
    }

    /** Leaves out what follows from an unknown name that was not reported. */
    void loseTrack() {
        unsure = true;
    }

    /**
     * Reports a name that means nothing, unless its declaration may be what could not be read.
     *
     * @param kind what was looked for, such as {@code layer}
     * @param plural several of it
     */
    void unknown(Code code, Ast.Name name, String kind, String plural, Collection<String> candidates) {
        boolean again = !sought.add(name.span()); // in a block that is called often: what was meant is sought once
        if (unsure || again) {
            failed = true;
            return;
        }
        add(Diagnostic.error(code, name.span(), "there is no " + kind + " `" + name.text() + "`")
                .fix(didYouMean(name.text(), plural, candidates)));
    }

    /** A fix that names what was meant, or else all there is. */
    static String didYouMean(String word, String plural, Collection<String> candidates) {
        Optional<String> nearest = Suggestions.nearest(word, candidates)
                .or(() -> candidates.stream()
                        .filter(c -> c.length() >= SHORTEST_STEM && word.startsWith(c))
                        .findFirst());
        if (nearest.isPresent()) {
            return "did you mean `" + nearest.get() + "`?";
        }
        return candidates.isEmpty() ? "there are no " + plural + " here" : "the " + plural + " are " + list(candidates);
    }

    /** {@code a, b and c}, sorted. */
    static String list(Collection<String> names) {
        List<String> sorted =
                names.stream().distinct().sorted().map(n -> "`" + n + "`").toList();
        int last = sorted.size() - 1;
        return last < 1
                ? String.join("", sorted)
                : String.join(", ", sorted.subList(0, last)) + " and " + sorted.get(last);
    }

    /** The text of {@code span} on one line, shortened. */
    static String quote(Span span) {
        String text = span.text().replaceAll("\\s+", " ");
        return "`" + (text.length() > 40 ? text.substring(0, 39) + "…" : text) + "`";
    }
}
