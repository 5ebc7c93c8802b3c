package dev.striate.compiler.analyze;

import dev.striate.compiler.source.Span;
import dev.striate.core.recipe.Recipe;
import org.jspecify.annotations.Nullable;

/**
 * A recipe that was checked.
 *
 * @param name its name
 * @param doc its documentation, when it has some
 * @param recipe what it says
 * @param span where it is declared
 */
public record RecipeModel(String name, @Nullable String doc, Recipe recipe, Span span) {}
