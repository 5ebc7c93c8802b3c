package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dimensions;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.plan.LegalSizes;
import dev.striate.compiler.syntax.Ast;
import java.util.Map;
import java.util.stream.Collectors;

/** Looks for sizes at which a net with symbolic dimensions fits together. */
final class Sizing {
    private Sizing() {}

    /** The graph with its smallest sizes; an error when there are none. */
    static Graph check(Graph graph, Ast.Name net, Log log) {
        Dimensions dimensions = graph.dimensions();
        if (dimensions.names().isEmpty()) {
            return graph;
        }
        LegalSizes.Search search = LegalSizes.smallest(graph);
        if (search.found().isEmpty()) {
            LegalSizes.Problem problem = search.furthest();
            log.add(Diagnostic.error(
                            Code.NO_SIZES,
                            problem.origin().span(),
                            "no sizes of "
                                    + dimensions.names().stream()
                                            .map(n -> "`" + n + "`")
                                            .collect(Collectors.joining(" and "))
                                    + " fit the net `" + net.text() + "`: " + problem.sentence())
                    .fix("change this, or the conditions on the sizes; of all that were tried, none came further"));
        }
        Map<String, Long> smallest = search.found().orElse(Map.of());
        Dimensions known = new Dimensions(dimensions.names(), dimensions.conditions(), smallest);
        return new Graph(graph.name(), graph.nodes(), graph.results(), known, graph.updates());
    }
}
