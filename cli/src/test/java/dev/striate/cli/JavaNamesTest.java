package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.Compilation;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.source.SourceFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names and documentation that mean something in Java: the generated class compiles and loads all the same. */
class JavaNamesTest {
    @ParameterizedTest
    @CsvSource({
        "a.b, Session, n, run",
        "a.int.b, Conv, run, n",
        "class, class, session, b",
        "a.true, Math, arena, close",
        "q, List, image2, softmax",
        "java_, Object, weights, gradients",
        "x, String, step1, train",
        "y, Tensor, x, toString",
        "List, Override, List, String",
        "dev.striate.runtime, int, float, double",
        "_, _, x, y",
        "q, Net, _, this",
        "q, Kernel, kernel, null",
        "q, Step, input, parameters",
        "q, Binder, binder, getClass",
        "q, var, record, yield",
        "record, record, sealed, permits",
    })
    void compilesAndLoads(String packageName, String net, String label, String output) {
        String text = """
                package %1$s

                /// Ends */ here, \\u000a there, <b>bold</b> & {@link Nothing}, @param x, $T, %% and a \\
                net %2$s(classes: int = 10) {
                  input image: f32[N, 1, 8, 8]
                  label digit: class[N, classes]
                  image -> %3$s: conv(4, 3x3) -> relu -> flatten -> dropout(0.5) -> fc(classes) -> output %4$s
                  loss loss = cross_entropy(%4$s, digit)
                  metric metric = top1(%4$s, digit)
                }

                /// Ends */ here, too: \\u002a/ and {@code
                train recipe for %2$s {
                  data digits(batch=64, seed=1)
                  optimize sgd(lr=0.05)
                  stop after(1 epochs)
                }
                """.formatted(packageName, net, label, output);
        Compilation compilation = Compiler.compile(new SourceFile("*/ \\u000a.cnn", text));
        assertThat(compilation.diagnostics().errors()).isEmpty();
        assertThat(GeneratedCode.load(compilation.nets()))
                .singleElement()
                .satisfies(g -> assertThat(g.spec().name()).isEqualTo(packageName + "." + net));
    }
}
