package dev.striate.compiler.diag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextRendererTest {
    private static final SourceFile TINY = new SourceFile("tiny.cnn", """
            net Tiny {
              input image: f32[N, 1, 7, 7]
              label digit: class[N, 10]

              image -> conv(8, 3, stride=3) -> relu
            }
            """);

    private static Span span(SourceFile file, String text) {
        int start = file.text().indexOf(text);
        return file.span(start, start + text.length());
    }

    private static String render(Diagnostic.Builder diagnostic) {
        return new TextRenderer(false).render(diagnostic.build());
    }

    /** The sample of the language's design, but for its code. */
    @Test
    void theSample() {
        Diagnostic.Builder sample = Diagnostic.error(
                        Code.UNEXPECTED,
                        span(TINY, "conv(8, 3, stride=3)"),
                        "a 3x3 window with stride 3 does not tile a 7x7 input")
                .label("(7 - 3) / 3 + 1 = 2.33")
                .related(span(TINY, "7, 7"), "7x7 comes from here")
                .fix("round=floor drops the last row and column (2x2); round=ceil reads past the edge (3x3);"
                        + " pad=same gives 3x3");
        assertThat(render(sample)).isEqualTo("""
                error[CNN0101]: a 3x3 window with stride 3 does not tile a 7x7 input
                  --> tiny.cnn:5:12
                   |
                 2 |   input image: f32[N, 1, 7, 7]
                   |                          ---- 7x7 comes from here
                 5 |   image -> conv(8, 3, stride=3) -> relu
                   |            ^^^^^^^^^^^^^^^^^^^^ (7 - 3) / 3 + 1 = 2.33
                   |
                   = fix: round=floor drops the last row and column (2x2); round=ceil reads past the edge (3x3); pad=same gives 3x3
                """);
    }

    @Test
    void severalLabelsOnOneLineAndNotes() {
        Diagnostic.Builder diagnostic = Diagnostic.warning(Code.UNEXPECTED, span(TINY, "3, stride"), "message")
                .label("primary")
                .related(span(TINY, "conv"), "first")
                .related(span(TINY, "relu"), "last")
                .note("H: 7 -> conv1 2")
                .note("in block Tiny");
        assertThat(render(diagnostic)).isEqualTo("""
                warning[CNN0101]: message
                  --> tiny.cnn:5:20
                   |
                 5 |   image -> conv(8, 3, stride=3) -> relu
                   |            ----    ^^^^^^^^^       ---- last
                   |            |       |
                   |            |       primary
                   |            first
                   |
                   = note: H: 7 -> conv1 2
                   = note: in block Tiny
                """);
    }

    @Test
    void spansOverSeveralLines() {
        Span span = span(TINY, "label digit").to(span(TINY, "-> conv"));
        assertThat(render(Diagnostic.error(Code.UNEXPECTED, span, "message").label("until here")))
                .isEqualTo("""
                        error[CNN0101]: message
                          --> tiny.cnn:3:3
                           |
                         3 |   label digit: class[N, 10]
                           |   ^^^^^^^^^^^^^^^^^^^^^^^^^
                         5 |   image -> conv(8, 3, stride=3) -> relu
                           |   ^^^^^^^^^^^^^ until here
                        """);
    }

    @Test
    void emptySpansAndTheEndOfTheFile() {
        int end = TINY.text().length();
        assertThat(render(Diagnostic.error(Code.UNEXPECTED, TINY.span(end, end), "message")))
                .isEqualTo("""
                        error[CNN0101]: message
                          --> tiny.cnn:7:1
                           |
                         7 |
                           | ^
                        """);
    }

    @Test
    void tabsAreExpandedAndWideNumbersAligned() {
        SourceFile file = new SourceFile("t.cnn", "\n".repeat(9) + "a\t-> b\tc");
        Diagnostic.Builder diagnostic =
                Diagnostic.error(Code.UNEXPECTED, span(file, "c"), "message").related(file.span(0, 0), "the beginning");
        assertThat(render(diagnostic)).isEqualTo("""
                error[CNN0101]: message
                  --> t.cnn:10:8
                    |
                  1 |
                    | - the beginning
                 10 | a   -> b    c
                    |             ^
                """.replace("  -->", "   -->"));
    }

    @Test
    void otherFilesFollow() {
        SourceFile other = new SourceFile("lib.cnn", "block B(x) { x -> relu }");
        Diagnostic.Builder diagnostic = Diagnostic.error(Code.UNEXPECTED, span(TINY, "relu"), "message")
                .related(span(other, "B"), "declared here");
        assertThat(render(diagnostic)).isEqualTo("""
                error[CNN0101]: message
                  --> tiny.cnn:5:36
                   |
                 5 |   image -> conv(8, 3, stride=3) -> relu
                   |                                    ^^^^
                  ::: lib.cnn:1
                   |
                 1 | block B(x) { x -> relu }
                   |       - declared here
                """);
    }

    @Test
    void nothingThatATerminalWouldObey() {
        SourceFile file = new SourceFile("t.cnn", "let \u001b[31ma\u202e = \"\uD83D\uDE00\"");
        String shown = render(Diagnostic.error(Code.UNEXPECTED, span(file, "a\u202e"), "not \u001b[0m so")
                .fix("\u0007"));
        assertThat(shown).isEqualTo("""
                error[CNN0101]: not \uFFFD[0m so
                  --> t.cnn:1:10
                   |
                 1 | let \uFFFD[31ma\uFFFD = "\uD83D\uDE00"
                   |          ^^
                   |
                   = fix: \uFFFD
                """);
    }

    @Test
    void longLinesAreCut() {
        SourceFile file = new SourceFile("t.cnn", "x".repeat(500) + "HERE" + "y".repeat(500));
        List<String> lines = render(Diagnostic.error(Code.UNEXPECTED, span(file, "HERE"), "message")
                        .label("here"))
                .lines()
                .toList();
        assertThat(lines.get(3)).isEqualTo(" 1 | …" + "x".repeat(59) + "HERE" + "y".repeat(96) + "…");
        assertThat(lines.get(4)).isEqualTo("   | " + " ".repeat(60) + "^^^^ here");
    }

    @Test
    void colours() {
        Diagnostic diagnostic = Diagnostic.error(Code.UNEXPECTED, span(TINY, "conv"), "message")
                .label("here")
                .build();
        String coloured = new TextRenderer(true).render(diagnostic);
        assertThat(coloured).contains("\u001b[1;31merror[CNN0101]\u001b[0m", "\u001b[1;31m^^^^\u001b[0m");
        assertThat(coloured.replaceAll("\u001b\\[[\\d;]*m", "")).isEqualTo(new TextRenderer(false).render(diagnostic));
    }

    @Test
    void severalWithAnEmptyLineBetween() {
        Diagnostic diagnostic =
                Diagnostic.error(Code.UNEXPECTED, span(TINY, "conv"), "message").build();
        TextRenderer renderer = new TextRenderer(false);
        String one = renderer.render(diagnostic);
        assertThat(renderer.render(List.of(diagnostic, diagnostic))).isEqualTo(one + "\n" + one);
        assertThat(renderer.render(List.of())).isEmpty();
    }

    @Test
    void aHundredAreShownAndTheOthersCounted() {
        Diagnostic one =
                Diagnostic.error(Code.UNEXPECTED, span(TINY, "relu"), "message").build();
        assertThat(new TextRenderer(false).render(Collections.nCopies(100, one)))
                .doesNotContain("not shown");
        assertThat(new TextRenderer(false).render(Collections.nCopies(102, one)))
                .contains("message")
                .endsWith("\n(2 more are not shown)\n");
    }

    /** A line of 80,000 characters with two marks is shown in two pieces, and neither is long. */
    @Test
    void marksFarApartOnALongLine() {
        SourceFile file = new SourceFile("long.cnn", "first" + " -> relu".repeat(10_000) + " last");
        String shown = render(Diagnostic.error(Code.UNEXPECTED, span(file, "last"), "message")
                .label("here")
                .related(span(file, "first"), "there"));
        assertThat(shown.lines().map(String::length)).allMatch(l -> l < 200);
        assertThat(shown.lines().map(String::strip).filter(l -> l.startsWith("1 |")))
                .hasSize(2);
        assertThat(shown).contains("----- there").contains("^^^^ here");
    }
}
