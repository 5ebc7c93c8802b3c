package dev.striate.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.Compiler;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.source.SourceFile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The sizes at which a net fits together are found, and of those the nearest. */
class LegalSizesTest {
    private static Graph graph(String where, String chain) {
        String text =
                "net Net {\n  input image: f32[N, 1, H, W]" + where + "\n  image -> " + chain + " -> output y\n}\n";
        var compilation = Compiler.compile(new SourceFile("net.cnn", text));
        assertThat(compilation.diagnostics().errors()).isEmpty();
        return compilation.nets().getFirst().model().graph();
    }

    private static Map<String, Long> sizes(long h, long w) {
        return Map.of("H", h, "W", w);
    }

    @Test
    void theSmallestFulfilConditionsAndFitEveryWindow() {
        assertThat(graph("", "conv(1, 5x3)").dimensions().smallest()).isEqualTo(sizes(5, 5));
        assertThat(graph(" where H % 8 == 0, W % 12 == 3", "conv(1, 3)")
                        .dimensions()
                        .smallest())
                .isEqualTo(sizes(8, 3));
        assertThat(graph(" where W == 2 * H, H > 10", "conv(1, 3)").dimensions().smallest())
                .isEqualTo(sizes(11, 22));
        String unet =
                "conv(1, 3) -> conv(1, 3) -> max_pool(2) -> conv(1, 3) -> conv(1, 3) -> max_pool(2) -> conv(1, 3)";
        assertThat(graph("", unet).dimensions().smallest()).isEqualTo(sizes(24, 24));
    }

    @Test
    void theNearestKeepsWhatIsLegal() {
        Graph graph = graph(" where H % 8 == 0, W >= 16, W <= 64", "conv(1, 3, pad=1) -> max_pool(2)");
        assertThat(LegalSizes.nearest(graph, sizes(40, 20))).isEqualTo(sizes(40, 20));
        assertThat(LegalSizes.nearest(graph, sizes(37, 21))).isEqualTo(sizes(40, 22));
        assertThat(LegalSizes.nearest(graph, sizes(35, 5))).isEqualTo(sizes(32, 16));
        assertThat(LegalSizes.nearest(graph, sizes(1, 1000))).isEqualTo(sizes(8, 64));
        assertThat(LegalSizes.nearest(graph, Map.of("W", 31L))).isEqualTo(sizes(8, 32));
    }

    @Test
    void aProblemNamesItsPlaceAndTheSizes() {
        Graph graph = graph(" where H % 8 == 0", "conv(1, 3, pad=1)\n  -> max_pool(2)");
        assertThat(LegalSizes.problem(graph, sizes(8, 8))).isEmpty();
        var condition = LegalSizes.problem(graph, sizes(30, 8)).orElseThrow();
        assertThat(condition.origin().place()).isEqualTo("net.cnn:2");
        assertThat(condition.sentence()).isEqualTo("`H % 8 == 0` does not hold for H = 30, W = 8");
        var tiling = LegalSizes.problem(graph, sizes(8, 9)).orElseThrow();
        assertThat(tiling.origin().place()).isEqualTo("net.cnn:4");
        assertThat(tiling.sentence()).contains("does not tile").endsWith("for H = 8, W = 9");
        assertThat(LegalSizes.problem(graph, sizes(80_000, 80_000))
                        .orElseThrow()
                        .sentence())
                .contains("more than 2^31 - 1 elements");
    }
}
