package dev.striate.compiler.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.Compilation;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Severity;
import dev.striate.compiler.source.Library;
import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no mistake is left alone; what each lint finds is in {@code golden/errors/lints}. */
class LintsTest {
    /** Chains from an image [N, 8, 16, 16] to an output. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // The linear bottleneck and depthwise layers of MobileNetV2 (Sandler et al. 2018).
                "conv(48, 1, bias=false) -> batch_norm -> relu -> depthwise_conv(3, pad=1, bias=false) -> batch_norm -> relu"
                        + " -> conv(12, 1, bias=false) -> batch_norm -> conv(72, 1, bias=false) -> batch_norm -> relu",
                // Depthwise, then pointwise (Chollet 2017), and the other way round.
                "depthwise_conv(3, pad=1) -> conv(16, 1) -> relu",
                "conv(16, 1) -> depthwise_conv(3, pad=1) -> relu",
                // One axis after the other (Szegedy et al. 2016).
                "conv(8, [1, 7], pad=0x3) -> conv(8, [7, 1], pad=3x0) -> relu",
                // The value between is used by the other branch, too (ConvNeXt, Liu et al. 2022).
                "conv(16, 2, stride=2) -> residual { depthwise_conv(7, pad=3) -> layer_norm -> conv(64, 1) -> relu"
                        + " -> conv(16, 1) } -> relu",
                // The value between is an output.
                "flatten -> fc(16) -> output code -> fc(16)",
                // Both branches end in a normalization (ResNet, He et al. 2015).
                "add { conv(16, 3, stride=2, pad=1, bias=false, round=floor) -> batch_norm -> relu"
                        + " -> conv(16, 3, pad=1, bias=false) -> batch_norm"
                        + " | conv(16, 1, stride=2, bias=false, round=floor) -> batch_norm } -> relu",
                // A bias that not only the normalization sees.
                "conv(8, 3, pad=1) -> add { batch_norm | identity } -> relu",
                "conv(8, 3, pad=1) -> relu -> batch_norm",
                // Dropout behind the normalization, or with a layer between.
                "batch_norm -> relu -> dropout(0.5) -> conv(8, 3, bias=false) -> batch_norm -> relu",
                // Padding of exactly half of the window.
                "conv(8, 4, pad=2) -> relu -> conv(8, 3, pad=2, dilation=2) -> relu -> max_pool(2, stride=1, pad=1)",
                "conv(8, 5, pad=same) -> relu",
                // What leads on within braces, and taps.
                "body: { conv(8, 3) -> relu -> middle: tanh } -> relu",
            })
    void chainsThatAreFine(String steps) {
        assertThat(warnings("net Net { input image: f32[N, 8, 16, 16]\n image -> " + steps + " -> output y }"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Probabilities as an output beside a loss on logits.
                "net Net { input x: f32[N, 8]  label d: class[N, 4]  let z = x -> fc(4)  z -> softmax -> output y"
                        + "  loss l = cross_entropy(z, d) }",
                // Losses on probabilities.
                "net Net { input x: f32[N, 8]  label t: f32[N, 4]  x -> fc(4) -> sigmoid -> output y  loss l = mse(y, t) }",
                // One of several names, a name in a contract, in a condition, in the type of another, as a layer.
                "net Net { input x: f32[N, 8]  let a, b = x -> split(C, 2)  a -> relu -> output y }",
                "net Net { input x: f32[N, 8]  let a = x -> fc(4)  a -> relu -> output y  assert shape(a) == [N, 4] }",
                "net Net(deep: bool = true) { input x: f32[N, 8]  x -> fc(8) -> if deep { relu } -> output y }",
                "net Net(width: int = 8) { input x: f32[N, width]  x -> relu -> output y }",
                "block B(x, act: op = relu) { x -> act }  net Net { input x: f32[N, 8]  x -> B -> output y }",
                // A tap, and a chain of a label that is used.
                "net Net { input x: f32[N, 8]  x -> relu -> output y  x -> fc(4) -> tap: tanh }",
                "net Net { input x: f32[N, 8]  x -> a: fc(4) -> b: { relu -> c: tanh }  b.c -> output y }",
                // The last chain of a block is its result.
                "block B(x) { let a = x -> fc(4)  a -> relu }  net Net { input x: f32[N, 8]  x -> B -> output y }",
                // A condition on what a loop counts.
                "net Net { input x: f32[N, 8]  x -> for i in 0..2 { fc(8) -> if i == 0 { relu } else { tanh } } -> output y }",
            })
    void filesThatAreFine(String text) {
        assertThat(warnings(text)).isEmpty();
    }

    static Stream<Path> published() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/examples"))) {
            return files.filter(f -> f.toString().endsWith(".cnn")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("published")
    void publishedNetsAreLeftAlone(Path file) throws IOException {
        Compilation compilation = Compiler.compile(new SourceFile("test.cnn", Files.readString(file)));
        assertThat(compilation.diagnostics().sorted())
                .filteredOn(d -> d.severity() == Severity.WARNING)
                .isEmpty();
    }

    @Test
    void whatIsImportedIsNotWarnedOf() {
        SourceFile parts = new SourceFile("parts.cnn", "package p\nblock B(x, c: int) { x -> fc(4) -> fc(4) -> relu }");
        Library library = new Library() {
            @Override
            public List<SourceFile> files(String name) {
                return name.equals("p") ? List.of(parts) : List.of();
            }

            @Override
            public List<String> packages() {
                return List.of("p");
            }
        };
        SourceFile file =
                new SourceFile("t.cnn", "import p.{B}\nnet Net { input x: f32[N, 8]  x -> B(1) -> output y }");
        Compilation imported = Compiler.compile(file, library);
        assertThat(imported.nets()).hasSize(1);
        assertThat(imported.diagnostics().sorted()).isEmpty();
        assertThat(codes(Compiler.compile(parts))).containsExactly("CNN0405");
    }

    @Test
    void aPlaceInABlockIsNamedOnce() {
        String text = """
                block B(x) { x -> fc(8) -> fc(8) -> relu }
                net One { input x: f32[N, 8]  x -> repeat 3 { B } -> output y }
                net Two { input x: f32[N, 8]  x -> B -> B -> output y }
                """;
        assertThat(warnings(text)).containsExactly("CNN0402");
    }

    @Test
    void netsWithWarningsAreCompiled() {
        Compilation compilation = Compiler.compile(
                new SourceFile("t.cnn", "net Net { input x: f32[N, 8]  x -> fc(8) -> fc(8) -> output y }"));
        assertThat(codes(compilation)).containsExactly("CNN0402");
        assertThat(compilation.nets()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "// lint:allow CNN0405\nnet Net { input x: f32[N, 8]\n input z: f32[N, 8]\n x -> relu -> output y }",
                "net Net { input x: f32[N, 8]\n input z: f32[N, 8] // lint:allow CNN0402, CNN0405: as in the paper\n"
                        + " x -> relu -> output y }",
                "net Net { input x: f32[N, 8]\n //lint:allow CNN0405\n // the noise\n\n input z: f32[N, 8]\n"
                        + " x -> relu -> output y }",
                """
                net Net { input x: f32[N, 8] x -> relu -> output y
                } // lint:allow CNN0401
                // lint:allow CNN0401
                /// of nothing
                """,
            })
    void commentsSilence(String text) {
        assertThat(warnings(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "net Net { input x: f32[N, 8] // lint:allow CNN0405\n input z: f32[N, 8]\n x -> relu -> output y }",
                "net Net { input x: f32[N, 8]\n input z: f32[N, 8] // lint:allow CNN0402\n x -> relu -> output y }",
                "net Net { input x: f32[N, 8]\n input z: f32[N, 8]\n // lint:allow CNN0405\n x -> relu -> output y }",
                "net Net { input x: f32[N, 8]\n input z: f32[N, 8] // see lint:allow CNN0405\n x -> relu -> output y }",
            })
    void commentsElsewhereDoNot(String text) {
        assertThat(warnings(text)).containsExactly("CNN0405");
    }

    @Test
    void errorsAreNotSilenced() {
        Compilation wrong = Compiler.compile(
                new SourceFile("t.cnn", "// lint:allow CNN0401\nnet Net { input x: f32[N, 8] x -> rely -> output y }"));
        assertThat(codes(wrong)).containsExactly("CNN0203");
    }

    /** The codes of the warnings about a file without errors. */
    private static List<String> warnings(String text) {
        Compilation compilation = Compiler.compile(new SourceFile("test.cnn", text));
        assertThat(compilation.diagnostics().errors()).isEmpty();
        return codes(compilation);
    }

    private static List<String> codes(Compilation compilation) {
        return compilation.diagnostics().sorted().stream()
                .map(Diagnostic::code)
                .map(c -> c.id())
                .toList();
    }
}
