package dev.striate.compiler.pass;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.GraphVerifier;
import java.util.List;
import java.util.function.UnaryOperator;

/** Which passes run, in which order; {@link GraphVerifier} checks the graph after them. */
public final class Pipelines {
    private record Pass(String name, UnaryOperator<Graph> rewrite) {}

    private static final Pass FUSION = new Pass("fusion", Fuse::run);

    /** All passes: what is compiled and planned. */
    public static final Pipelines ALL = new Pipelines(
            List.of(new Pass(
                    "constant folding, simplification and common subexpressions",
                    g -> Rebuild.run(g, FoldConstants::fold, Simplify::simplify, new CommonSubexpressions()))),
            List.of(
                    new Pass(
                            "constant folding, simplification and batch-norm folding",
                            g -> Rebuild.run(g, FoldConstants::fold, Simplify::simplify, FoldBatchNorm::fold)),
                    FUSION),
            List.of(
                    new Pass(
                            "constant folding, simplification, common subexpressions and batch-norm folding",
                            g -> Rebuild.run(
                                    g,
                                    FoldConstants::fold,
                                    Simplify::simplify,
                                    new CommonSubexpressions(),
                                    FoldBatchNorm::fold)),
                    FUSION));

    /** No passes: every operator is run as it was written. */
    public static final Pipelines NONE = new Pipelines(List.of(), List.of(), List.of());

    private final List<Pass> beforeAutodiff;
    private final List<Pass> training;
    private final List<Pass> inference;

    private Pipelines(List<Pass> beforeAutodiff, List<Pass> training, List<Pass> inference) {
        this.beforeAutodiff = beforeAutodiff;
        this.training = training;
        this.inference = inference;
    }

    /** The graph of the training phase before it is differentiated: less to differentiate. */
    public Graph beforeAutodiff(Graph graph) {
        return run(beforeAutodiff, graph);
    }

    /** The graph of a training step, gradients included, as it is run. */
    public Graph forTraining(Graph graph) {
        return GraphVerifier.verify(run(training, graph), "the last pass for training");
    }

    /** The graph of inference or evaluation as it is run. */
    public Graph forInference(Graph graph) {
        return GraphVerifier.verify(run(inference, graph), "the last pass for inference");
    }

    private static Graph run(List<Pass> passes, Graph graph) {
        Graph result = graph;
        for (Pass pass : passes) {
            result = GraphVerifier.verifyInTests(pass.rewrite.apply(result), pass.name);
        }
        return result;
    }
}
