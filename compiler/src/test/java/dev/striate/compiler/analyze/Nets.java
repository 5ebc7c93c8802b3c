package dev.striate.compiler.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.Compilation;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.source.SourceFile;
import java.util.List;

/** Compiles small nets for tests. */
final class Nets {
    /** LeNet-5 with a recipe, as the language guide shows it. */
    static final String LENET5 = """
            package zoo.mnist

            /// LeNet-5.
            net LeNet5(classes: int = 10) {
              input image: f32[N, 1, 28, 28]
              label digit: class[N, classes]

              image -> conv(6, 5x5, pad=2) -> tanh -> avg_pool(2)
                    -> conv(16, 5x5)       -> tanh -> avg_pool(2)
                    -> flatten -> fc(120)  -> tanh -> fc(84) -> tanh -> fc(classes)
                    -> output logits

              loss   xent = cross_entropy(logits, digit)
              metric acc  = top1(logits, digit)
              assert params() == 61706
              assert macs() == 416520 at N == 1
              assert macs() == 416520 * N && shape(logits) == [N, classes]
            }

            /// With momentum.
            train Digits for LeNet5 {
              data     digits(batch=128, seed=42, drop_last=true)
              optimize sgd(lr=0.01, momentum=0.9, nesterov=true, decay=5e-4)
              schedule step(every=5 epochs, gamma=0.5)
              stop     after(20 epochs)
              feed     image = pixels
              expect   acc >= 0.98
              expect   xent < 1
            }
            """;

    private Nets() {}

    /** The only net of a file without errors. */
    static NetModel net(String text) {
        Compilation compilation = Compiler.compile(new SourceFile("test.cnn", text));
        assertThat(new TextRenderer(false).render(compilation.diagnostics().errors()))
                .isEmpty();
        assertThat(compilation.nets()).hasSize(1);
        return compilation.nets().getFirst().model();
    }

    /** A net of an image [N, 1, 28, 28] with 10 classes and the given statements. */
    static NetModel withBody(String params, String body) {
        return net("net Net" + params + " { input image: f32[N, 1, 28, 28] label digit: class[N, 10] " + body + " }");
    }

    /** The paths of the nodes, in order. */
    static List<String> paths(NetModel net) {
        return net.graph().nodes().stream().map(Node::path).toList();
    }
}
