package dev.striate.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Nodes;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.op.FillOp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Constants are computed when the net is compiled. */
class FoldConstantsTest {
    private final Shape shape = Shape.of(Dim.N, Dim.of(3));
    private final Node x = Nodes.input("x", shape);
    private final Node ones = Nodes.node("ones", "ones", Map.of("shape", shape.dims()));
    private final Node zeros = Nodes.node("zeros", "zeros", Map.of("shape", shape.dims()));

    @Test
    void functionsAndViewsOfConstantsAreConstants() {
        Node sum = Nodes.node("sum", "add", Map.of(), ones, ones);
        Node exp = Nodes.node("view", "detach", Map.of(), sum);
        Graph graph = Rewritten.graph(List.of(x, ones, sum, exp), exp);
        assertThat(Rewritten.lines(FoldConstants::fold, graph))
                .containsExactly("view = fill(2.0, [N, 3])", "output view = view");
    }

    @Test
    void whatFollowsFromASeedIsASeed() {
        Node seed = Nodes.node("seed", FillOp.seed(0.5, shape));
        Node sum = Nodes.node("sum", "add", Map.of(), ones, ones);
        Node product = Nodes.node("product", "mul", Map.of(), sum, seed);
        Graph graph = Rewritten.graph(List.of(ones, seed, sum, product), product);
        assertThat(Rewritten.lines(FoldConstants::fold, graph))
                .containsExactly("product = seed(1.0, [N, 3])", "output product = product");
    }

    @Test
    void whatReadsAnInputOrHasNoFiniteValueStays() {
        Node sum = Nodes.node("sum", "add", Map.of(), x, ones);
        Node infinite = Nodes.node("infinite", "div", Map.of(), ones, zeros);
        Node reduced = Nodes.node("flat", "flatten", Map.of(), sum);
        Graph graph = Rewritten.graph(List.of(x, ones, zeros, sum, infinite, reduced), reduced, infinite);
        assertThat(Rebuild.run(graph, FoldConstants::fold)).isEqualTo(graph);
    }
}
