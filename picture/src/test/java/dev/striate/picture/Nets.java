package dev.striate.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.Compilation;
import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Nets to draw. */
final class Nets {
    static final Options DOWN = new Options(Map.of(), Direction.DOWN, Options.AUTOMATIC);

    private Nets() {}

    static NetModel of(String text) {
        return of(new SourceFile("net.cnn", text));
    }

    private static NetModel of(SourceFile source) {
        Compilation compilation = Compiler.compile(source);
        assertThat(compilation.diagnostics().hasErrors())
                .as(compilation.diagnostics().sorted().toString())
                .isFalse();
        return compilation.nets().getLast().model();
    }

    static NetModel read(Path file) throws IOException {
        return of(new SourceFile(String.valueOf(file.getFileName()), Files.readString(file)));
    }

    /** The nets with which the compiler is tested, those without imports. */
    static List<NetModel> ofTheCompiler() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("../compiler/src/test/golden/graph"))) {
            return files.filter(f -> f.toString().endsWith(".cnn"))
                    .sorted()
                    .flatMap(Nets::compiled)
                    .map(CompiledNet::model)
                    .toList();
        }
    }

    private static Stream<CompiledNet> compiled(Path file) {
        try {
            return Compiler.compile(new SourceFile(file.toString(), Files.readString(file))).nets().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A net of {@code blocks} residual blocks. */
    static String deep(int blocks) {
        return """
               block Block(x, c: int) {
                 x -> residual { conv(c, 3, pad=1) -> batch_norm -> relu -> conv(c, 3, pad=1) } -> relu
               }

               net Deep {
                 input image: f32[N, 8, 16, 16]
                 image -> body: repeat %d { Block(8) } -> global_avg_pool -> fc(3) -> output y
               }
               """.formatted(blocks);
    }
}
