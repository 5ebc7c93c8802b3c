package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reports words of recipes that are unknown, or that this version does not compile. */
final class RecipeWords {
    private RecipeWords() {}

    /**
     * Reports a word.
     *
     * @param kind what was looked for, such as {@code data set}
     * @param now the words that there are
     * @param later those of the language that are not compiled
     * @return null, of whatever type was wanted
     */
    @SuppressWarnings("TypeParameterUnusedInFormals") // null fits any type
    static <T> @Nullable T other(Ast.Name name, String kind, Collection<String> now, Set<String> later, Log log) {
        if (later.contains(name.text())) {
            log.unsupported(name.span(), "the " + kind + " `" + name.text() + "`", "this version has " + Log.list(now));
        } else {
            List<String> all = new ArrayList<>(now);
            all.addAll(later);
            log.unknown(Code.UNKNOWN_RECIPE_WORD, name, kind, "words", all);
        }
        return null;
    }
}
