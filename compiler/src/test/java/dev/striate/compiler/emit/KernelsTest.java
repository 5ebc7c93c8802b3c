package dev.striate.compiler.emit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.Compilation;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.FolderLibrary;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Nodes;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.op.Args;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.Ops;
import dev.striate.compiler.pass.Pipelines;
import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Nodes of one operator share the description of their kernel, but not where it follows from the node. */
class KernelsTest {
    @Test
    void whatFollowsFromANodeIsItsOwn() {
        Node narrow = Nodes.input("x", Shape.of(Dim.N, Dim.of(3)));
        Node wide = Nodes.input("y", Shape.of(Dim.N, Dim.of(5)));
        Op detach = Ops.byName("detach")
                .orElseThrow()
                .make(new Args(Ops.byName("detach").orElseThrow(), Map.of()));
        Node first = Nodes.node("first", detach, narrow);
        Node second = Nodes.node("second", detach, wide);
        Kernels kernels = new Kernels(List.of(new Graph("net", List.of(narrow, wide, first, second), List.of())));
        assertThat(kernels.of(first)).hasToString("reshape([N, 3])");
        assertThat(kernels.of(second)).hasToString("reshape([N, 5])");
        assertThat(kernels.factories()).extracting(Kernels.Factory::name).containsExactly("reshape");
    }

    /** Every operator is in one of these nets. */
    @TestFactory
    Stream<DynamicTest> sharedDescriptionsAreThoseOfEachNode() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/golden/graph"))) {
            List<Path> nets =
                    files.filter(f -> f.toString().endsWith(".cnn")).sorted().toList();
            assertThat(nets).isNotEmpty();
            return nets.stream()
                    .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> each(f)));
        }
    }

    private static void each(Path file) throws IOException {
        SourceFile source = new SourceFile(file.getFileName().toString(), Files.readString(file));
        Compilation compiled = Compiler.compile(source, FolderLibrary.GOLDEN);
        assertThat(compiled.nets()).isNotEmpty();
        compiled.nets().forEach(net -> {
            Graph training = net.model().training();
            Graph inference = Pipelines.ALL.forInference(net.model().inference());
            List<Graph> graphs =
                    training == null ? List.of(inference) : List.of(inference, Pipelines.ALL.forTraining(training));
            Kernels kernels = new Kernels(graphs);
            for (Node node : graphs.stream().flatMap(g -> g.nodes().stream()).toList()) {
                if (node.operation() instanceof Op op) {
                    assertThat(kernels.of(node))
                            .as(node.path())
                            .isEqualTo(op.spec().kernel(node));
                }
            }
        });
    }
}
