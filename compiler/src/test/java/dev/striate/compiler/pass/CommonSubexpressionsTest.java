package dev.striate.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Nodes;
import dev.striate.compiler.ir.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Equal values are computed once. */
class CommonSubexpressionsTest {
    private final Node x = Nodes.input("x", Shape.of(Dim.N, Dim.of(3)));
    private final Node a = Nodes.node("a", "tanh", Map.of(), x);
    private final Node b = Nodes.node("b", "tanh", Map.of(), x);

    @Test
    void equalOperatorsOfEqualOperandsAreOne() {
        Node c = Nodes.node("c", "relu", Map.of(), a);
        Node d = Nodes.node("d", "relu", Map.of(), b);
        Node y = Nodes.node("y", "add", Map.of(), c, d);
        assertThat(Rewritten.lines(new CommonSubexpressions(), Rewritten.graph(List.of(x, a, b, c, d, y), y)))
                .containsExactly("a = tanh() x", "c = relu() a", "y = add() c, c", "output y = y");
    }

    @Test
    void otherOperandsArgumentsOrRandomNumbersAreNotEqual() {
        Node c = Nodes.node("c", "leaky_relu", Map.of("slope", 0.1), a);
        Node d = Nodes.node("d", "leaky_relu", Map.of("slope", 0.2), a);
        Node e = Nodes.node("e", "dropout", Map.of("p", 0.5), x);
        Node f = Nodes.node("f", "dropout", Map.of("p", 0.5), x);
        Graph graph = Rewritten.graph(List.of(x, a, c, d, e, f), a, c, d, e, f);
        assertThat(Rebuild.run(graph, new CommonSubexpressions())).isEqualTo(graph);
    }

    @Test
    void layersWithParametersStayAsTheyWereWritten() {
        Node weight = Nodes.param("fc.weight", Shape.of(2, 3));
        Node bias = Nodes.param("fc.bias", Shape.of(2));
        Node fc = Nodes.node("fc", "fc", Map.of("units", 2), x, weight, bias);
        Node again = Nodes.node("fc@2", "fc", Map.of("units", 2), x, weight, bias);
        Graph graph = Rewritten.graph(List.of(x, weight, bias, fc, again), fc, again);
        assertThat(Rebuild.run(graph, new CommonSubexpressions())).isEqualTo(graph);
    }
}
