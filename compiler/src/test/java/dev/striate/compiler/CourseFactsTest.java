package dev.striate.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.source.SourceFile;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What every course on convolutional networks says of shapes, weights and receptive fields, and what it warns of. */
class CourseFactsTest {
    private static Compilation compile(String text) {
        return Compiler.compile(new SourceFile("fact.cnn", text));
    }

    /** Compiles a net of which everything that it asserts is true. */
    private static Graph holds(String text) {
        Compilation compilation = compile(text);
        assertThat(new TextRenderer(false).render(compilation.diagnostics().errors()))
                .as(text)
                .isEmpty();
        return compilation.nets().getFirst().model().graph();
    }

    private static Diagnostic complaint(String text) {
        Compilation compilation = compile(text);
        assertThat(compilation.diagnostics().sorted()).as(text).hasSize(1);
        return compilation.diagnostics().sorted().getFirst();
    }

    private static String window(int width, String arguments, String size) {
        return """
                net Slides {
                  input x: f32[N, 1, %1$d, %1$d]
                  x -> conv(1, %2$s) -> output y
                  assert shape(y) == [N, 1, %3$s, %3$s]
                }
                """.formatted(width, arguments, size);
    }

    @Test
    void aWindowOf3On7Gives5WithStride1And3WithStride2AndDoesNotFitWithStride3() {
        holds(window(7, "3", "5"));
        holds(window(7, "3, stride=2", "3"));
        assertThat(complaint(window(7, "3, stride=3", "2")).message())
                .isEqualTo("a 3x3 window with stride 3 does not tile a 7x7 input");
        assertThat(complaint(window(7, "3", "6")).code().id()).isEqualTo("CNN0501");
    }

    @Test
    void theOutputSizeIsWMinusFPlus2POverSPlus1() {
        SplittableRandom random = new SplittableRandom(1);
        int tiled = 0;
        for (int i = 0; i < 60; i++) {
            int w = random.nextInt(1, 40);
            int f = random.nextInt(1, 8);
            int p = random.nextInt(0, 4);
            int s = random.nextInt(1, 5);
            int slack = w - f + 2 * p;
            String text = window(w, "%d, stride=%d, pad=%d".formatted(f, s, p), String.valueOf(slack / s + 1));
            boolean tiles = slack >= 0 && slack % s == 0;
            assertThat(compile(text).diagnostics().hasErrors()).as(text).isEqualTo(!tiles);
            tiled += tiles ? 1 : 0;
        }
        assertThat(tiled).isBetween(15, 45);
    }

    @Test
    void sixFiltersOf5x5On32x32x3Give28x28x6AndOneNeuronSees75Weights() {
        Graph graph = holds("""
                net Filters {
                  input image: f32[N, 3, 32, 32]
                  image -> conv(6, 5) -> output maps
                  assert shape(maps) == [N, 6, 28, 28]
                  assert params() == 6 * (5 * 5 * 3 + 1)
                  assert macs() == 6 * 28 * 28 * 75 at N == 1
                  assert rf(maps, from=image) == 5
                }
                """);
        Node weight = graph.params().getFirst();
        assertThat(weight.shape().elementsFrom(1).toInt()).isEqualTo(75);
    }

    @Test
    void twoConvolutionsOf3x3CoverA5x5FieldWith18WeightsNot25() {
        holds("""
                net Two {
                  input x: f32[N, 1, 9, 9]
                  x -> conv(1, 3, bias=false) -> relu -> conv(1, 3, bias=false) -> output y
                  assert rf(y, from=x) == 5
                  assert params() == 18
                }
                """);
        holds("""
                net One {
                  input x: f32[N, 1, 9, 9]
                  x -> conv(1, 5, bias=false) -> output y
                  assert rf(y, from=x) == 5
                  assert params() == 25
                }
                """);
    }

    @Test
    void dilations1And2And4See3And7And15() {
        holds("""
                net Dilated {
                  input x: f32[N, 1, H, W]
                  x -> a: conv(1, 3, pad=1) -> relu -> b: conv(1, 3, dilation=2, pad=2) -> relu
                    -> c: conv(1, 3, dilation=4, pad=4) -> output y
                  assert rf(a, from=x) == 3
                  assert rf(b, from=x) == 7
                  assert rf(c, from=x) == 15
                  assert params() == 30
                }
                """);
    }

    @Test
    void theBasicContextModuleSees67() {
        holds("""
                net Module {
                  input x: f32[N, 2, H, W]
                  x -> layers: for d in [1, 1, 2, 4, 8, 16, 1] { conv(2, 3, dilation=d, pad=d) -> relu }
                    -> conv(2, 1) -> output y
                  assert rf(y, from=x) == 67
                  assert shape(y) == [N, 2, x.H, x.W]
                }
                """);
    }

    @Test
    void on200x200FullyConnectedTakes1600MillionWeightsLocallyConnected4MillionAndConvolution10Thousand() {
        holds("""
                net Full {
                  input image: f32[N, 1, 200, 200]
                  image -> flatten -> fc(40000, bias=false) -> output units
                  assert params() == 1600000000
                }
                net Local {
                  input image: f32[N, 1, 200, 200]
                  image -> locally_connected(1, 10, pad=same, bias=false) -> output units
                  assert shape(units) == [N, 1, 200, 200]
                  assert params() == 4000000
                }
                net Shared {
                  input image: f32[N, 1, 200, 200]
                  image -> conv(100, 10, pad=same, bias=false) -> output maps
                  assert shape(maps) == [N, 100, 200, 200]
                  assert params() == 10000
                }
                """);
    }

    @Test
    void layersWithoutActivationBetweenThemAreOneLinearLayer() {
        Diagnostic lint = complaint("""
                net Linear {
                  input x: f32[N, 8]
                  x -> fc(8) -> fc(8) -> output wuvx
                }
                """);
        assertThat(lint.code().id()).isEqualTo("CNN0402");
        assertThat(lint.message()).contains("no activation stands between two `fc`");
        assertThat(compile("""
                                net Deep {
                                  input x: f32[N, 8]
                                  x -> fc(8) -> relu -> fc(8) -> output y
                                }
                                """).diagnostics().sorted()).isEmpty();
    }

    @Test
    void aStepInADifferentiatedPathIsAnErrorThatOffersPerceptronLoss() {
        Diagnostic error = complaint("""
                net Rosenblatt {
                  input x: f32[N, 8]
                  label side: f32[N, 1]
                  x -> fc(1) -> step -> output fires
                  loss wrong = quadratic(fires, side)
                }
                """);
        assertThat(error.code().id()).isEqualTo("CNN0220");
        assertThat(error.fix()).contains("`perceptron_loss`");
        holds("""
                net Rosenblatt {
                  input x: f32[N, 8]
                  label side: f32[N, 1]
                  x -> fc(1) -> output sum -> step -> output fires
                  loss wrong = perceptron_loss(sum, side)
                }
                """);
    }
}
