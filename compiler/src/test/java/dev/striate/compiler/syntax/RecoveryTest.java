package dev.striate.compiler.syntax;

import static dev.striate.compiler.syntax.Parsing.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.Compiler;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.syntax.Parsing.Parsed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read in spite of errors, and that one mistake gives one message. */
class RecoveryTest {
    /** Roughly the tokens of the language; comments are matched to be skipped. */
    private static final Pattern TOKEN =
            Pattern.compile("//[^\\n]*|\"[^\"\\n]*\"|->|\\.\\.|[<>=!]=|&&|\\|\\||\\w+(\\.\\d+)?|\\S");

    static List<Path> examples() {
        return Parsing.examples();
    }

    private static String names(List<? extends Ast.Decl> decls) {
        return decls.stream()
                .map(d -> AstText.of(d).replaceAll("^\\w+\\((\\w+).*", "$1") + (d.damaged() ? "!" : ""))
                .collect(Collectors.joining(" "));
    }

    private static List<String> kinds(Ast.Decl net) {
        return ((Ast.Net) net)
                .body().stream().map(s -> s.getClass().getSimpleName()).toList();
    }

    @Test
    void independentErrorsAreEachReported() {
        Parsed parsed = parse("""
                net A(classes int) {
                  input image f32[N, 1, 28, 28]
                  image -> conv(6 5x5) -> -> relu -> output y
                  assert params( == 3
                  loss l cross_entropy(y, y)
                }
                """);
        assertThat(parsed.diagnostics().stream().map(d -> d.span().line())).containsExactly(1, 2, 3, 3, 4, 5);
    }

    static List<Path> fiveErrors() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/golden/errors/recovery"))) {
            return files.filter(f -> f.toString().endsWith(".cnn")).sorted().toList();
        }
    }

    /** The messages themselves are golden files. */
    @ParameterizedTest
    @MethodSource("fiveErrors")
    void fiveErrorsAreFiveMessages(Path file) {
        SourceFile source = new SourceFile(file.toString(), Parsing.read(file));
        assertThat(Compiler.compile(source).diagnostics().sorted()).hasSize(5);
    }

    @Test
    void statementsWithoutErrorAreKept() {
        Parsed parsed = parse("""
                net A {
                  input image: f32[N, 1, 28, 28]
                  let a = image -> conv(6 5x5)
                  image -> relu -> output y
                  loss l = = y
                  metric m = top1(y, y)
                }
                """);
        Ast.Decl net = parsed.tree().decls().getFirst();
        assertThat(kinds(net)).containsExactly("Input", "ChainStmt", "Metric");
        assertThat(net.damaged()).isTrue();
        assertThat(parsed.tree().complete()).isTrue();
    }

    @Test
    void otherDeclarationsAreNotDamaged() {
        Parsed parsed = parse("""
                block A(x) { x -> relu }
                block B(x) { x -> -> relu }
                block C(x) { x -> relu }
                """);
        assertThat(names(parsed.tree().decls())).isEqualTo("A B! C");
        assertThat(parsed.tree().complete()).isTrue();
    }

    @Test
    void aDeclarationWithoutNameLeavesTheFileIncomplete() {
        Parsed parsed = parse("block (x) { x -> relu }\nblock C(x) { x -> relu }\n");
        assertThat(names(parsed.tree().decls())).isEqualTo("C");
        assertThat(parsed.tree().complete()).isFalse();
    }

    @Test
    void aBrokenImportLeavesTheFileIncomplete() {
        Parsed parsed = parse("import a.b.{X,}\nimport c.{Y}\nblock C(x) { x -> relu }\n");
        assertThat(AstText.of(parsed.tree().imports())).isEqualTo("[Import([c], [Y])]");
        assertThat(parsed.codes()).containsExactly("CNN0101");
        assertThat(parsed.tree().complete()).isFalse();
    }

    @Test
    void whatFollowsBrokenDefaultsOfTheFileIsDamaged() {
        Parsed parsed = parse("""
                block A(x) { x -> relu }
                defaults conv(bias=)
                block B(x) { x -> relu }
                """);
        assertThat(names(parsed.tree().decls())).isEqualTo("A B!");
    }

    @Test
    void aMissingBraceDoesNotHideTheNextDeclaration() {
        Parsed parsed = parse("""
                net A {
                  input x: f32[N, 1]
                  x -> add { relu | tanh -> output y

                net B {
                  input x: f32[N, 1]
                  x -> , -> output y
                }
                """);
        assertThat(parsed.diagnostics().stream().map(d -> d.span().line())).containsExactly(3, 7);
        assertThat(names(parsed.tree().decls())).isEqualTo("A! B!");
    }

    @Test
    void anUnclosedCommentHidesTheRest() {
        Parsed parsed = parse("block A(x) { x -> relu }\nblock B(x) { x /* -> relu }\nblock C(x) { }");
        assertThat(parsed.codes()).containsExactly("CNN0107");
        assertThat(names(parsed.tree().decls())).isEqualTo("A B!");
        assertThat(parsed.tree().complete()).isFalse();
    }

    @Test
    void aCharacterThatIsNotUsedIsReportedOnce() {
        Parsed parsed = parse("net A {\n  let a = b;\n  let c = d;\n  let e = f; let g = h\n}\n");
        assertThat(parsed.codes()).containsExactly("CNN0106");
        assertThat(parsed.diagnostics().getFirst().notes()).containsExactly("it also stands in lines 3, 4");
        assertThat(kinds(parsed.tree().decls().getFirst())).containsExactly("Let", "Let", "Let", "Let");
    }

    @Test
    void documentationIsKeptByDeclarationsAndInputs() {
        Parsed parsed =
                parse("/// a\n// b\n/// c\nnet A {\n  /// d\n  input x: f32[N]\n  /// e\n  x -> output y\n}\n/// f\n");
        assertThat(AstText.of(parsed.tree().decls())).contains(", a\nc, false)", ", [], d)");
        assertThat(parsed.codes()).containsExactly("CNN0401", "CNN0401");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void aMissingTokenGivesAtMostTwoMessages(Path file) {
        String text = Parsing.read(file);
        for (int[] token : tokens(text)) {
            checkMutant(text.substring(0, token[0]) + text.substring(token[1]), 2);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void aDoubledTokenGivesAtMostOneMessage(Path file) {
        String text = Parsing.read(file);
        for (int[] token : tokens(text)) {
            checkMutant(text.substring(0, token[1]) + " " + text.substring(token[0]), 1);
        }
    }

    private static List<int[]> tokens(String text) {
        List<int[]> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            if (!matcher.group().startsWith("//")) {
                tokens.add(new int[] {matcher.start(), matcher.end()});
            }
        }
        return tokens;
    }

    private static void checkMutant(String text, int most) {
        Parsed parsed = parse(text);
        String messages = new TextRenderer(false).render(parsed.diagnostics());
        assertThat(parsed.diagnostics()).as("%s%n%s", text, messages).hasSizeLessThanOrEqualTo(most);
        assertThat(parsed.diagnostics()).allSatisfy(d -> assertThat(d.fix()).isNotBlank());
    }
}
