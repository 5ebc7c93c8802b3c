package dev.striate.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Nodes;
import dev.striate.compiler.ir.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Normalization by running statistics becomes a product and a sum. */
class FoldBatchNormTest {
    private final Node x = Nodes.input("x", Shape.of(Dim.N, Dim.of(3), Dim.of(4), Dim.of(4)));
    private final List<Node> params = List.of(
            Nodes.param("norm.weight", Shape.of(3)),
            Nodes.param("norm.bias", Shape.of(3)),
            Nodes.state("norm.running_mean", Shape.of(3)),
            Nodes.state("norm.running_var", Shape.of(3)));

    private Node norm(String path, Node data) {
        return Nodes.node(
                path, "batch_norm", Map.of(), data, params.get(0), params.get(1), params.get(2), params.get(3));
    }

    private Graph graph(Node... nodes) {
        List<Node> all = new ArrayList<>(List.of(x));
        all.addAll(params);
        all.addAll(List.of(nodes));
        return Rewritten.graph(all, nodes[nodes.length - 1]);
    }

    @Test
    void normalizationBecomesAProductAndASum() {
        assertThat(Rewritten.lines(FoldBatchNorm::fold, graph(norm("norm", x))))
                .containsExactly(
                        "norm.scale = channelScale(3, 1.0E-5) norm.weight, norm.running_var",
                        "norm.shift = channelShift() norm.scale, norm.bias, norm.running_mean",
                        "norm = affine() x, norm.scale, norm.shift",
                        "output norm = norm");
    }

    @Test
    void laterUsesKeepTheirNumberAtTheEnd() {
        assertThat(Rewritten.lines(FoldBatchNorm::fold, graph(norm("norm@2", x))))
                .contains("norm@2 = affine() x, norm.scale@2, norm.shift@2");
    }

    @Test
    void normalizationByTheBatchStays() {
        Graph training = TrainingPhase.run(graph(norm("norm", x)));
        assertThat(Rebuild.run(training, FoldBatchNorm::fold)).isEqualTo(training);
    }
}
