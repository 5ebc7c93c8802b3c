package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The net that a recipe trains, as far as it is known. Unknown names are not reported where errors may have hidden them. */
final class RecipeTarget {
    private final @Nullable Graph graph;

    /** Of a graph; null when the net is unknown or has errors. */
    RecipeTarget(@Nullable Graph graph) {
        this.graph = graph;
    }

    /** Whether the graph is known. */
    boolean isKnown() {
        return graph != null;
    }

    /** The inputs and labels. */
    List<String> sources() {
        return graph == null
                ? List.of()
                : graph.nodes().stream()
                        .filter(n -> n.operation() instanceof Source.Input || n.operation() instanceof Source.Label)
                        .map(Node::path)
                        .toList();
    }

    /** The paths of all that the weights hold: parameters and running statistics. */
    List<String> weights() {
        return graph == null
                ? List.of()
                : graph.nodes().stream()
                        .filter(n -> n.isParam() || n.operation() instanceof Source.State)
                        .map(Node::path)
                        .toList();
    }

    /** The paths of the parameters. */
    List<String> parameters() {
        return graph == null
                ? List.of()
                : graph.params().stream().map(Node::path).toList();
    }

    /** Whether there is a label. */
    boolean hasLabels() {
        return graph != null && graph.nodes().stream().anyMatch(n -> n.operation() instanceof Source.Label);
    }

    /** The objectives. */
    List<String> objectives() {
        return results(Graph.Kind.OBJECTIVE);
    }

    /** The paths of the parameters that an objective updates. */
    Set<String> updated(String objective) {
        return graph == null
                ? Set.of()
                : graph.params().stream()
                        .filter(p -> graph.updates(objective, p))
                        .map(Node::path)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The losses. */
    List<String> losses() {
        return results(Graph.Kind.LOSS);
    }

    private List<String> results(Graph.Kind kind) {
        return graph == null
                ? List.of()
                : graph.results(kind).stream().map(Graph.Result::name).toList();
    }

    /** Reports a name that is no loss or metric, or one that is no number. */
    void requireTerm(Ast.Name name, Code code, Log log) {
        List<String> terms = new ArrayList<>(losses());
        terms.addAll(results(Graph.Kind.METRIC));
        if (isKnown() && !terms.contains(name.text())) {
            log.unknown(code, name, "metric or loss", "metrics and losses", terms);
        } else if (graph != null) {
            graph.result(Graph.Kind.METRIC, name.text())
                    .filter(r -> r.node().shape().rank() > 0)
                    .ifPresent(r -> log.add(Diagnostic.error(
                                    code,
                                    name.span(),
                                    "`" + name.text() + "` is no number but a table "
                                            + r.node().shape())
                            .related(r.origin().span(), "declared here")
                            .fix("take a number of it, such as `recall`, `precision` or `f1`")));
        }
    }
}
