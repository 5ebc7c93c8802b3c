package dev.striate.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Nodes;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.op.FillOp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What changes nothing is left out, and nothing else. */
class SimplifyTest {
    private final Shape shape = Shape.of(Dim.N, Dim.of(3));
    private final Node x = Nodes.input("x", shape);
    private final Node ones = Nodes.node("ones", "ones", Map.of("shape", shape.dims()));
    private final Node zeros = Nodes.node("zeros", "zeros", Map.of("shape", shape.dims()));

    private static void becomes(String result, Node... nodes) {
        Node y = nodes[nodes.length - 1];
        assertThat(Rewritten.lines(Simplify::simplify, Rewritten.graph(List.of(nodes), y)))
                .last()
                .isEqualTo("output " + y.path() + " = " + result);
    }

    @Test
    void neutralOperandsAreLeftOut() {
        becomes("x", x, zeros, Nodes.node("y", "add", Map.of(), x, zeros));
        becomes("x", x, zeros, Nodes.node("y", "add", Map.of(), zeros, zeros, x));
        becomes("x", x, ones, Nodes.node("y", "mul", Map.of(), ones, x));
        becomes("x", x, ones, Nodes.node("y", "div", Map.of(), x, ones));
    }

    /** A backend may begin with another number. */
    @Test
    void seedsOfGradientsAreNotNeutral() {
        Node seed = Nodes.node("seed", FillOp.seed(1, shape));
        becomes("y", x, seed, Nodes.node("y", "mul", Map.of(), seed, x));
    }

    @Test
    void layersThatChangeNothingAreLeftOut() {
        becomes("x", x, Nodes.node("y", "dropout", Map.of("p", 0.0), x));
        becomes("x", x, Nodes.node("y", "gaussian_noise", Map.of("sigma", 0.0), x));
        becomes("x", x, Nodes.node("y", "flatten", Map.of(), x));
        becomes("x", x, Nodes.node("y", "reshape", Map.of("shape", shape.dims()), x));
    }

    @Test
    void aViewOfAViewIsOneView() {
        Node image = Nodes.input("image", Shape.of(Dim.N, Dim.of(3), Dim.of(4), Dim.of(5)));
        Node flat = Nodes.node("flat", "flatten", Map.of(), image);
        Node other = Nodes.node("y", "reshape", Map.of("shape", List.of(Dim.N, Dim.of(5), Dim.of(12))), flat);
        assertThat(Rewritten.lines(Simplify::simplify, Rewritten.graph(List.of(image, flat, other), other)))
                .containsExactly("y = reshape([N, 5, 12]) image", "output y = y");
        becomes(
                "image",
                image,
                flat,
                Nodes.node("y", "reshape", Map.of("shape", image.shape().dims()), flat));
    }

    @Test
    void reluOfReluIsRelu() {
        Node relu = Nodes.node("relu", "relu", Map.of(), x);
        becomes("relu", x, relu, Nodes.node("y", "relu", Map.of(), relu));
    }

    @Test
    void whatChangesSomethingStays() {
        Node relu = Nodes.node("relu", "relu", Map.of(), x);
        Node tanh = Nodes.node("tanh", "tanh", Map.of(), relu);
        Node again = Nodes.node("again", "tanh", Map.of(), tanh);
        Node quotient = Nodes.node("quotient", "div", Map.of(), ones, again);
        Node product = Nodes.node("product", "mul", Map.of(), quotient, zeros); // 0 * NaN is NaN
        Node scalar = Nodes.input("scalar", Shape.of(Dim.N, Dim.of(1)));
        Node wider = Nodes.node("wider", "mul", Map.of(), scalar, ones);
        Node clip = Nodes.node("clip", "clip", Map.of("min", 0.0, "max", 1.0), wider);
        Node tighter = Nodes.node("tighter", "clip", Map.of("min", 0.5, "max", 1.0), clip);
        Node detached = Nodes.node("detached", "detach", Map.of(), tighter);
        Graph graph = Rewritten.graph(
                List.of(x, ones, zeros, scalar, relu, tanh, again, quotient, product, wider, clip, tighter, detached),
                product,
                detached);
        assertThat(Rebuild.run(graph, Simplify::simplify)).isEqualTo(graph);
    }

    @Test
    void aNewStatisticKeepsAValueOfItsOwn() {
        Node y = Nodes.node("y", "reshape", Map.of("shape", shape.dims()), x);
        Graph graph = new Graph("net", List.of(x, y), List.of(Nodes.result(Kind.STATE, y)));
        assertThat(Rebuild.run(graph, Simplify::simplify)).isEqualTo(graph);
    }
}
