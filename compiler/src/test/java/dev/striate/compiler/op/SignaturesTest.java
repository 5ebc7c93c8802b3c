package dev.striate.compiler.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.striate.compiler.Compilation;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Signatures.Owned;
import dev.striate.compiler.op.Signatures.Signature;
import dev.striate.compiler.source.SourceFile;
import dev.striate.core.init.Init;
import dev.striate.core.window.Extent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What follows from an operator and the types of its operands is worked out once. */
class SignaturesTest {
    private final Signatures signatures = new Signatures();

    private static Op op(String name, Map<String, Object> attrs) {
        OpSpec<?> spec = Ops.byName(name).orElseThrow();
        return spec.make(new Args(spec, attrs));
    }

    private static Op conv(int filters) {
        return op("conv", Map.of("filters", filters, "kernel", new Extent(3, 3)));
    }

    private static List<TensorType> image(int channels, int size) {
        return List.of(TensorType.f32(Shape.of(Dim.N, Dim.of(channels), Dim.of(size), Dim.of(size))));
    }

    @Test
    void equalOperatorsOnEqualTypesShareAll() {
        Signature first = signatures.of(conv(4), image(2, 8));
        assertThat(first.result()).isEqualTo(image(4, 6).getFirst());
        assertThat(first.params())
                .containsExactly(
                        new Owned("weight", new Source.Param(Init.heUniform()), TensorType.f32(Shape.of(4, 2, 3, 3))),
                        new Owned("bias", new Source.Param(Init.zeros()), TensorType.f32(Shape.of(4))));
        assertThat(signatures.of(conv(4), image(2, 8))).isSameAs(first);
    }

    @Test
    void otherOperatorsAndOtherTypesHaveTheirOwn() {
        Signature first = signatures.of(conv(4), image(2, 8));
        assertThat(signatures.of(conv(5), image(2, 8)).result())
                .isEqualTo(image(5, 6).getFirst());
        assertThat(signatures.of(conv(4), image(3, 9)).params().getFirst().type())
                .isEqualTo(TensorType.f32(Shape.of(4, 3, 3, 3)));
        assertThat(signatures.of(conv(4), image(2, 8))).isSameAs(first);
    }

    @Test
    void statisticsAreNotLearned() {
        assertThat(signatures.of(op("batch_norm", Map.of()), image(2, 8)).params())
                .extracting(p -> p.source().name())
                .containsExactly("param", "param", "state", "state");
    }

    @Test
    void whatDoesNotFitFailsEachTime() {
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(ShapeError.class).isThrownBy(() -> signatures.of(conv(4), image(2, 2)));
        }
    }

    @Test
    void aSampleHasAtMostAsManyElementsAsAnIntCounts() {
        Op relu = op("relu", Map.of());
        assertThat(signatures.of(relu, image(1, 46_340)).isTooLarge()).isFalse(); // the square root of 2^31 is 46340.95
        assertThat(signatures.of(relu, image(1, 46_341)).isTooLarge()).isTrue();
    }

    @Test
    void nodesOfRepeatedLayersShareOperatorsAndTypes() {
        Compilation compiled = Compiler.compile(new SourceFile(
                "chain.cnn",
                "net Chain { input x: f32[N, 8, 8, 8] label y: class[N, 8] x"
                        + " -> conv(8, 3, pad=1) -> relu".repeat(3)
                        + " -> global_avg_pool -> output z loss xent = cross_entropy(z, y) }"));
        Graph step = Objects.requireNonNull(compiled.nets().getFirst().model().training());
        for (String kind : List.of("conv", "relu", "conv_grad_weight", "param")) {
            List<Node> nodes = step.nodes().stream()
                    .filter(n -> n.operation().name().equals(kind) && !n.path().endsWith(".bias"))
                    .toList();
            assertThat(nodes).as(kind).hasSize(3);
            assertThat(nodes).allSatisfy(n -> {
                assertThat(n.operation()).isSameAs(nodes.getFirst().operation());
                assertThat(n.type()).isSameAs(nodes.getFirst().type());
            });
        }
    }
}
