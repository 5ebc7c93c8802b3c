package dev.striate.compiler.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainableTest {
    @Test
    void aLossBehindAnOperatorWithoutAGradientIsReportedAtThatOperator() {
        Graph graph = Nets.net(Nets.LENET5).graph();
        Graph.Result accuracy = graph.result(Kind.METRIC, "acc").orElseThrow();
        Graph.Result asLoss = new Graph.Result(Kind.LOSS, "acc", accuracy.node(), accuracy.origin());
        Diagnostics diagnostics = new Diagnostics();

        Trainable.check(new Graph("LeNet5", graph.nodes(), List.of(asLoss)), new Log(diagnostics, false));

        assertThat(diagnostics.sorted()).extracting(Diagnostic::code).containsExactly(Code.NOT_DIFFERENTIABLE);
        assertThat(diagnostics.sorted().getFirst().span().text()).isEqualTo("top1(logits, digit)");
    }
}
