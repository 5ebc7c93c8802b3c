package dev.striate.compiler.analyze;

import dev.striate.compiler.source.Span;
import dev.striate.core.recipe.Recipe;
import org.jspecify.annotations.Nullable;

/**
 * A {@code train} declaration.
 *
 * @param name its name
 * @param doc its documentation
 * @param recipe what it says
 * @param span where it stands
 */
public record RecipeModel(String name, @Nullable String doc, Recipe recipe, Span span) {}
