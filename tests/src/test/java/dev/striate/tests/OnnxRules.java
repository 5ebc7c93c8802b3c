package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.onnx.OnnxGraph;
import dev.striate.compiler.onnx.OnnxNode;
import java.util.HashSet;
import java.util.Set;

/** The rules of ONNX for graphs, as its checker asks for them. */
final class OnnxRules {
    private OnnxRules() {}

    /** Names are unique, operands are there before their users, and outputs are results. */
    static void check(OnnxGraph graph) {
        Set<String> known = new HashSet<>();
        graph.inputs().forEach(v -> assertThat(known.add(v.name())).as(v.name()).isTrue());
        graph.parameters()
                .forEach(p -> assertThat(known.add(p.name())).as(p.name()).isTrue());
        graph.constants()
                .forEach(c -> assertThat(known.add(c.name())).as(c.name()).isTrue());
        Set<String> results = new HashSet<>();
        for (OnnxNode node : graph.nodes()) {
            assertThat(known)
                    .containsAll(
                            node.operands().stream().filter(o -> !o.isEmpty()).toList());
            assertThat(known.add(node.result())).as(node.result()).isTrue();
            results.add(node.result());
            assertThat(node.place()).matches(".+:\\d+");
        }
        assertThat(results)
                .containsAll(graph.outputs().stream().map(OnnxGraph.Value::name).toList());
    }
}
