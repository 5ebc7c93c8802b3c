package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.syntax.Ast;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Reports words of recipes that are unknown. */
final class RecipeWords {
    private RecipeWords() {}

    /**
     * Reports a word.
     *
     * @param kind what was looked for, such as {@code data set}
     * @param all the words that there are
     * @return null, of whatever type was wanted
     */
    @SuppressWarnings("TypeParameterUnusedInFormals") // null fits any type
    static <T> @Nullable T other(Ast.Name name, String kind, Collection<String> all, Log log) {
        log.unknown(Code.UNKNOWN_RECIPE_WORD, name, kind, "words", all);
        return null;
    }
}
