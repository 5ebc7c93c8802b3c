package dev.striate.compiler.analyze;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.source.SourceFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A net whose shapes are proved.
 *
 * @param packageName the package of its file, empty without one
 * @param name its name
 * @param doc its documentation
 * @param source the file that declares it
 * @param graph everything that was written: all outputs, losses and metrics, and the layers for training
 * @param recipes how it is trained, in the order of the file
 * @param inference the outputs alone, with layers for training replaced by what they are given
 * @param evaluation outputs, losses and metrics, with layers for training replaced by what they are given
 * @param training a step of training: the graph with the gradients by all parameters; null without a loss
 */
public record NetModel(
        String packageName,
        String name,
        @Nullable String doc,
        SourceFile source,
        Graph graph,
        List<RecipeModel> recipes,
        Graph inference,
        Graph evaluation,
        @Nullable Graph training) {
    /** Copies the list. */
    public NetModel {
        recipes = List.copyOf(recipes);
    }
}
