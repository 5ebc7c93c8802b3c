package dev.striate.compiler.pass;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.GraphVerifier;
import java.util.List;
import java.util.function.UnaryOperator;

/** Which passes run, in which order; {@link GraphVerifier} checks the graph after them. */
public final class Pipelines {
    private record Pass(String name, UnaryOperator<Graph> rewrite) {}

    /** All passes: what is compiled and planned. */
    public static final Pipelines ALL = new Pipelines(
            List.of(new Pass(
                    "constant folding, simplification and common subexpressions",
                    g -> Rebuild.run(g, FoldConstants::fold, Simplify::simplify, new CommonSubexpressions()))),
            List.of(
                    new Pass(
                            "constant folding, simplification and batch-norm folding",
                            g -> Rebuild.run(g, FoldConstants::fold, Simplify::simplify, FoldBatchNorm::fold)),
                    new Pass("fusion", Fuse::run)));

    /** No passes: every operator is run as it was written. */
    public static final Pipelines NONE = new Pipelines(List.of(), List.of());

    private final List<Pass> beforeAutodiff;
    private final List<Pass> last;

    private Pipelines(List<Pass> beforeAutodiff, List<Pass> last) {
        this.beforeAutodiff = beforeAutodiff;
        this.last = last;
    }

    /** The graph of one phase before it is differentiated: less to differentiate. */
    public Graph beforeAutodiff(Graph graph) {
        return run(beforeAutodiff, graph);
    }

    /** The graph of one phase as it is run: gradients are there, and nothing needs to be differentiated any more. */
    public Graph forRunning(Graph graph) {
        Graph result = run(last, graph);
        return result.equals(graph) ? result : GraphVerifier.verify(result, "the last pass");
    }

    private static Graph run(List<Pass> passes, Graph graph) {
        Graph result = graph;
        for (Pass pass : passes) {
            result = GraphVerifier.verifyInTests(pass.rewrite.apply(result), pass.name);
        }
        return result;
    }
}
