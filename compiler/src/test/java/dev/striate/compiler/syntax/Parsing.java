package dev.striate.compiler.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Short ways to parse, for tests. */
final class Parsing {
    private Parsing() {}

    /** A tree and what was reported. */
    record Parsed(Ast.File tree, List<Diagnostic> diagnostics) {
        List<String> codes() {
            return diagnostics.stream().map(d -> d.code().id()).toList();
        }
    }

    static Parsed parse(String text) {
        Diagnostics diagnostics = new Diagnostics();
        Ast.File tree = CnnParser.parse(new SourceFile("test.cnn", text), diagnostics);
        return new Parsed(tree, diagnostics.sorted());
    }

    /** The tree of a text that has no error. */
    static Ast.File tree(String text) {
        Parsed parsed = parse(text);
        assertThat(parsed.diagnostics()).isEmpty();
        return parsed.tree();
    }

    /** The statements of a net that has no error. */
    static List<Ast.Stmt> stmts(String text) {
        return ((Ast.Net) tree("net A {\n" + text + "\n}").decls().getFirst()).body();
    }

    /** The example files, by name. */
    static List<Path> examples() {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/examples"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
