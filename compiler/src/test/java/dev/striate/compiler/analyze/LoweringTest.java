package dev.striate.compiler.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LoweringTest {
    @Test
    void lenet5HasThePathsAndShapesOfTheLanguageGuide() {
        NetModel net = Nets.net(Nets.LENET5);
        assertThat(net.qualifiedName()).isEqualTo("zoo.mnist.LeNet5");
        assertThat(net.doc()).isEqualTo("LeNet-5.");
        assertThat(net.graph().nodes().stream().map(Node::toString))
                .containsExactly(
                        "image: f32[N, 1, 28, 28]",
                        "digit: class[N, 10]",
                        "conv1.weight: f32[6, 1, 5, 5]",
                        "conv1.bias: f32[6]",
                        "conv1: f32[N, 6, 28, 28]",
                        "tanh1: f32[N, 6, 28, 28]",
                        "avg_pool1: f32[N, 6, 14, 14]",
                        "conv2.weight: f32[16, 6, 5, 5]",
                        "conv2.bias: f32[16]",
                        "conv2: f32[N, 16, 10, 10]",
                        "tanh2: f32[N, 16, 10, 10]",
                        "avg_pool2: f32[N, 16, 5, 5]",
                        "flatten1: f32[N, 400]",
                        "fc1.weight: f32[120, 400]",
                        "fc1.bias: f32[120]",
                        "fc1: f32[N, 120]",
                        "tanh3: f32[N, 120]",
                        "fc2.weight: f32[84, 120]",
                        "fc2.bias: f32[84]",
                        "fc2: f32[N, 84]",
                        "tanh4: f32[N, 84]",
                        "fc3.weight: f32[10, 84]",
                        "fc3.bias: f32[10]",
                        "fc3: f32[N, 10]",
                        "xent: f32[]",
                        "acc: f32[]");
        assertThat(net.graph().results().stream().map(Result::name))
                .containsExactly("logits", "xent", "acc", "xent"); // the last is the objective
    }

    @Test
    void eachPhaseHasItsResults() {
        NetModel net = Nets.net(Nets.LENET5);
        assertThat(net.inference().results().stream().map(Result::kind)).containsExactly(Kind.OUTPUT);
        assertThat(net.evaluation().results().stream().map(Result::kind))
                .containsExactly(Kind.OUTPUT, Kind.LOSS, Kind.METRIC);
        assertThat(Objects.requireNonNull(net.training()).results(Kind.GRADIENT))
                .hasSize(10);
    }

    @Test
    void aNetWithoutALossIsNotTrained() {
        assertThat(Nets.withBody("", "image -> relu -> output y").training()).isNull();
    }

    @Test
    void labelsAreSegmentsOfPathsAndPlainBracesAreNot() {
        NetModel net = Nets.withBody("", """
                image -> stem: { conv(4, 3) -> last: conv(4, 3) -> { relu -> conv(4, 3) } }
                      -> { conv(4, 3) -> mid: relu } -> head: conv(2, 3) -> output y
                stem.last -> conv(2, 1) -> output z
                mid -> relu -> output w
                """);
        assertThat(Nets.paths(net).stream().filter(p -> !p.endsWith("weight") && !p.endsWith("bias")))
                .containsExactly(
                        "image",
                        "digit",
                        "stem.conv1",
                        "stem.last",
                        "stem.relu1",
                        "stem.conv2",
                        "conv1",
                        "mid",
                        "head",
                        "conv2",
                        "relu1");
        Node z = net.graph().result(Kind.OUTPUT, "z").orElseThrow().node();
        assertThat(z.input(0).path()).isEqualTo("stem.last");
    }

    @Test
    void aCallOfValuesIsAChain() {
        NetModel net = Nets.withBody(
                "",
                "let a = relu(image) let b = a -> flatten -> fc(10) output y = softmax(b)"
                        + " loss l = b -> cross_entropy(digit) metric m = topk(b, digit, 3)");
        assertThat(Nets.paths(net))
                .containsExactly(
                        "image", "digit", "relu1", "flatten1", "fc1.weight", "fc1.bias", "fc1", "softmax1", "l", "m");
    }

    @Test
    void defaultsOfParametersMayUseThoseBefore() {
        NetModel net = Nets.withBody(
                "(w: int = 7, half: int = ceil(w / 2), wide: bool = w % 2 == 1 && !(w < 3), p: float = 0.1 + 0.2)",
                "image -> conv(wide ? half * 4 : 1, [1, half], bias=!wide) -> dropout(p) -> flatten -> fc(w - 2)"
                        + " -> output y assert p == 0.3 assert params() == 16 * 4 + 5 * (16 * 28 * 25) + 5");
        assertThat(net.graph().params().stream().map(Node::toString))
                .containsExactly("conv1.weight: f32[16, 1, 1, 4]", "fc1.weight: f32[5, 11200]", "fc1.bias: f32[5]");
    }

    @Test
    void parametersOnlyForTrainingCountOnlyWhenAsked() {
        Nets.withBody(
                "",
                "image -> flatten -> fc(10) -> output y -> fc(10) -> side: relu loss l = cross_entropy(side, digit)"
                        + " assert params() == 7850 assert params(train) == 7850 + 110");
    }
}
