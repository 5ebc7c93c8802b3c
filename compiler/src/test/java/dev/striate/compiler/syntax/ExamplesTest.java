package dev.striate.compiler.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.source.Span;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The example files of the language's design, whole. */
class ExamplesTest {
    static List<Path> examples() {
        return Parsing.examples();
    }

    @Test
    void thereAreTwelve() {
        assertThat(examples()).hasSize(12);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void parse(Path file) {
        Ast.File tree = Parsing.tree(Parsing.read(file));
        assertThat(tree.complete()).isTrue();
        assertThat(tree.decls()).isNotEmpty().noneMatch(Ast.Decl::damaged);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void spansOfPartsLieWithinThoseOfTheWhole(Path file) {
        checkSpans(Parsing.tree(Parsing.read(file)));
    }

    private static void checkSpans(Ast node) {
        Span whole = node.span();
        for (Ast part : parts(node)) {
            Span span = part.span();
            assertThat(whole.start() <= span.start() && span.end() <= whole.end())
                    .as("%s in %s", span.text(), whole.text())
                    .isTrue();
            assertThat(span.text()).isEqualTo(span.text().strip()).isNotEmpty();
            checkSpans(part);
        }
    }

    private static List<Ast> parts(Ast node) {
        List<Ast> parts = new ArrayList<>();
        for (RecordComponent component : Objects.requireNonNull(node.getClass().getRecordComponents())) {
            Object value = AstText.value((Record) node, component);
            if (value instanceof Ast part) {
                parts.add(part);
            } else if (value instanceof List<?> list) {
                list.stream().filter(Ast.class::isInstance).map(Ast.class::cast).forEach(parts::add);
            }
        }
        return parts;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void lineEndsTabsAndByteOrderMarksDoNotMatter(Path file) {
        String text = Parsing.read(file);
        String expected = AstText.of(Parsing.tree(text));
        assertThat(AstText.of(Parsing.tree(text.replace("\n", "\r\n")))).isEqualTo(expected);
        assertThat(AstText.of(Parsing.tree(text.replace("\n", "\r")))).isEqualTo(expected);
        assertThat(AstText.of(Parsing.tree(text.replace("  ", "\t")))).isEqualTo(expected);
        assertThat(AstText.of(Parsing.tree("\uFEFF" + text))).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void layoutDoesNotMatter(Path file) {
        String text = Parsing.read(file);
        String oneLine = text.lines().map(line -> line.replaceFirst("//.*", "")).collect(Collectors.joining(" "));
        String withoutDocs =
                text.lines().filter(line -> !line.strip().startsWith("///")).collect(Collectors.joining("\n"));
        assertThat(AstText.of(Parsing.tree(oneLine))).isEqualTo(AstText.of(Parsing.tree(withoutDocs)));
    }
}
