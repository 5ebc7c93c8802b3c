package dev.striate.compiler.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SourceFileTest {
    @Test
    void allLineEndsCount() {
        LineMap lines = new SourceFile("a.cnn", "one\ntwo\r\nthree\rfour").lines();
        assertThat(lines.count()).isEqualTo(4);
        assertThat(lines.text(1)).isEqualTo("one");
        assertThat(lines.text(2)).isEqualTo("two");
        assertThat(lines.text(3)).isEqualTo("three");
        assertThat(lines.text(4)).isEqualTo("four");
        assertThat(lines.line(3)).as("a line end is on the line that it ends").isEqualTo(1);
        assertThat(lines.line(8)).isEqualTo(2);
        assertThat(lines.line(9)).isEqualTo(3);
    }

    @Test
    void manyLines() {
        LineMap lines = new SourceFile("a.cnn", "ab\n".repeat(1000)).lines();
        assertThat(lines.count()).isEqualTo(1001);
        assertThat(lines.line(3 * 777)).isEqualTo(778);
        assertThat(lines.text(1001)).isEmpty();
    }

    @Test
    void columnsAreCodePoints() {
        SourceFile file = new SourceFile("a.cnn", "\t\uD83D\uDE00x\ny");
        assertThat(file.lines().column(0)).isEqualTo(1);
        assertThat(file.lines().column(1)).isEqualTo(2);
        assertThat(file.lines().column(3)).isEqualTo(3);
        assertThat(file.lines().column(5)).isEqualTo(1);
    }

    @Test
    void aByteOrderMarkIsNoText() {
        SourceFile file = new SourceFile("a.cnn", "\uFEFFnet");
        assertThat(file.text()).isEqualTo("net");
        assertThat(file.span(0, 3)).hasToString("a.cnn:1:1");
    }

    @Test
    void emptyText() {
        SourceFile file = new SourceFile("a.cnn", "");
        assertThat(file.lines().count()).isEqualTo(1);
        assertThat(file.lines().text(1)).isEmpty();
        assertThat(file.span(0, 0)).hasToString("a.cnn:1:1");
    }

    @Test
    void spans() {
        SourceFile file = new SourceFile("a.cnn", "let a =\n  b");
        Span let = file.span(0, 3);
        Span value = file.span(10, 11);
        assertThat(let.text()).isEqualTo("let");
        assertThat(let.to(value).text()).isEqualTo("let a =\n  b");
        assertThat(let.to(value).line()).isEqualTo(1);
        assertThat(let.to(value).endLine()).isEqualTo(2);
        assertThat(file.span(0, 8).endLine())
                .as("of the last character, a line end")
                .isEqualTo(1);
        assertThat(value.column()).isEqualTo(3);
    }

    @Test
    void spansLieInTheFile() {
        SourceFile file = new SourceFile("a.cnn", "net");
        assertThatIllegalArgumentException().isThrownBy(() -> file.span(2, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> file.span(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> file.span(0, 4));
    }
}
