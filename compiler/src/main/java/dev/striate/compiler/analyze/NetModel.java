package dev.striate.compiler.analyze;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.source.SourceFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A net that was checked, with everything that is generated from it.
 *
 * @param packageName the package, empty when the file names none
 * @param name the net's name
 * @param doc its documentation, when it has some
 * @param source the file that declares it
 * @param graph all that was written: every loss and metric, and the layers that are in force in training only
 * @param recipes how it can be trained
 * @param inference the forward pass up to the outputs, as it is used
 * @param evaluation the same with losses and metrics
 * @param training forward and backward pass with losses, metrics and gradients; null for a net without a loss
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

    /** The same net with other graphs of its phases. */
    public NetModel with(Graph used, Graph evaluated, @Nullable Graph trained) {
        return new NetModel(packageName, name, doc, source, graph, recipes, used, evaluated, trained);
    }

    /** The name with its package. */
    public String qualifiedName() {
        return packageName.isEmpty() ? name : packageName + "." + name;
    }
}
