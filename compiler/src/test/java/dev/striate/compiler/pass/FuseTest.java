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

/** Element-wise operators join what computes their operand, when nothing else reads it. */
class FuseTest {
    private final Node x = Nodes.input("x", Shape.of(Dim.N, Dim.of(3)));
    private final Node y = Nodes.input("y", Shape.of(Dim.N, Dim.of(3)));
    private final Node weight = Nodes.param("fc.weight", Shape.of(3, 3));
    private final Node bias = Nodes.param("fc.bias", Shape.of(3));
    private final Node fc = Nodes.node("fc", "fc", Map.of("units", 3), x, weight, bias);
    private final Node relu = Nodes.node("relu", "relu", Map.of(), fc);

    private List<String> fused(Graph graph) {
        return Rewritten.printed(Fuse.run(graph));
    }

    private void stays(Graph graph) {
        assertThat(Fuse.run(graph)).isEqualTo(graph);
    }

    @Test
    void whatFollowsALayerIsComputedInItsKernel() {
        Node sum = Nodes.node("sum", "add", Map.of(), y, relu);
        Graph graph = Rewritten.graph(List.of(x, y, weight, bias, fc, relu, sum), sum);
        assertThat(fused(graph))
                .containsExactly("fc = fc(3).then(relu()).then(add(), 1) x, y, fc.weight, fc.bias", "output sum = fc");
    }

    @Test
    void functionsThatFollowOneAnotherAreOne() {
        Node sum = Nodes.node("sum", "add", Map.of(), x, y);
        Node half = Nodes.node("half", "sigmoid", Map.of(), sum);
        Node end = Nodes.node("end", "mul", Map.of(), x, half);
        assertThat(fused(Rewritten.graph(List.of(x, y, sum, half, end), end)))
                .containsExactly("end = add().then(sigmoid()).then(multiply(2), 1) x, y, x", "output end = end");
    }

    @Test
    void aValueThatIsAnOutputOrReadTwiceStays() {
        stays(Rewritten.graph(List.of(x, weight, bias, fc, relu), fc, relu));
        Node tanh = Nodes.node("tanh", "tanh", Map.of(), fc);
        stays(Rewritten.graph(List.of(x, weight, bias, fc, relu, tanh), relu, tanh));
        Node twice = Nodes.node("twice", "add", Map.of(), fc, fc);
        stays(Rewritten.graph(List.of(x, weight, bias, fc, twice), twice));
    }

    /** So that parameters are declared in their order, and blocks stay together. */
    @Test
    void aLayerDoesNotMoveBehindWhatIsReadBesideIt() {
        Node softmax = Nodes.node("softmax", "softmax", Map.of(), y);
        Node sum = Nodes.node("sum", "add", Map.of(), fc, softmax);
        stays(Rewritten.graph(List.of(x, y, weight, bias, fc, softmax, sum), sum));
    }

    @Test
    void whatFollowsFromWeightsAloneIsMovedBefore() {
        Node scale = Nodes.param("scale", Shape.of(3));
        Node view = Nodes.node("view", "reshape", Map.of("shape", Shape.of(1, 3).dims()), scale);
        Node product = Nodes.node("product", "mul", Map.of(), fc, view);
        Graph graph = Rewritten.graph(List.of(x, weight, bias, fc, scale, view, product), product);
        assertThat(fused(graph))
                .containsExactly(
                        "view = reshape([1, 3]) scale",
                        "fc = fc(3).then(multiply(2)) x, view, fc.weight, fc.bias",
                        "output product = fc");
    }

    @Test
    void aFunctionThatRepeatsItsOperandStays() {
        Node map = Nodes.input("map", Shape.of(Dim.N, Dim.of(3), Dim.of(2), Dim.of(2)));
        Node product = Nodes.node("product", "mul", Map.of(), map, relu);
        assertThat(fused(Rewritten.graph(List.of(x, map, weight, bias, fc, relu, product), product)))
                .containsExactly(
                        "fc = fc(3).then(relu()) x, fc.weight, fc.bias",
                        "product = multiply(2) map, fc",
                        "output product = product");
    }

    @Test
    void longChainsBecomeSeveralFunctions() {
        List<Node> nodes = new ArrayList<>(List.of(x));
        for (int i = 0; i < 100; i++) {
            nodes.add(Nodes.node("f" + i, "silu", Map.of(), nodes.getLast()));
        }
        List<String> lines = fused(Rewritten.graph(nodes, nodes.getLast()));
        assertThat(lines).hasSizeBetween(10, 101);
        assertThat(lines).allMatch(line -> line.length() < 1000);
    }
}
