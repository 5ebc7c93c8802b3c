package dev.striate.cli;

import dev.striate.cli.GeneratedCode.Generated;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Transform;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says how pictures are prepared for a net. */
final class Serving {
    @Option(
            names = "--recipe",
            paramLabel = "R",
            description = "The recipe whose evaluation transforms prepare the pictures, where the net has several.")
    private @Nullable String recipe;

    /**
     * What pictures went through when the net was evaluated; nothing where its recipes say nothing.
     *
     * @throws Failure when there is no such recipe, or several differ
     */
    List<Transform> of(Generated net) {
        List<Recipe> fitting = net.recipes().stream()
                .filter(r -> recipe == null || r.name().equals(recipe))
                .toList();
        List<List<Transform>> choice =
                fitting.stream().map(Recipe::serving).distinct().toList();
        String all = String.join(", ", net.recipes().stream().map(Recipe::name).toList());
        if (recipe != null && fitting.isEmpty()) {
            throw Failure.usage("there is no recipe " + recipe + "; there are " + all);
        }
        if (choice.size() > 1) {
            throw Failure.usage("which recipe prepares the pictures? choose with --recipe among " + all);
        }
        return choice.isEmpty() ? List.of() : choice.getFirst();
    }
}
