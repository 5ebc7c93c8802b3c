package dev.striate.compiler.diag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.source.SourceFile;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiagnosticsTest {
    private final SourceFile a = new SourceFile("a.cnn", "net A {\n}\n");
    private final SourceFile b = new SourceFile("b.cnn", "net B {\n}\n");

    @Test
    void sortedByFileAndPosition() {
        Diagnostics all = new Diagnostics();
        all.add(Diagnostic.error(Code.UNEXPECTED, b.span(0, 3), "fourth"));
        all.add(Diagnostic.error(Code.UNEXPECTED, a.span(8, 9), "third"));
        all.add(Diagnostic.error(Code.UNEXPECTED, a.span(4, 6), "second"));
        all.add(Diagnostic.error(Code.UNEXPECTED, a.span(4, 5), "first"));
        assertThat(all.sorted().stream().map(Diagnostic::message))
                .containsExactly("first", "second", "third", "fourth");
    }

    @Test
    void nothingIsSaidTwice() {
        Diagnostics all = new Diagnostics();
        all.add(Diagnostic.error(Code.UNEXPECTED, a.span(0, 3), "wrong").fix("one"));
        all.add(Diagnostic.error(Code.UNEXPECTED, a.span(0, 3), "wrong").fix("two"));
        all.add(Diagnostic.error(Code.UNEXPECTED, b.span(0, 3), "wrong"));
        assertThat(all.sorted()).hasSize(2);
        assertThat(all.sorted().getFirst().fix()).isEqualTo("one");
    }

    @Test
    void warningsAreNoErrors() {
        Diagnostics all = new Diagnostics();
        assertThat(all.hasErrors()).isFalse();
        all.add(Diagnostic.warning(Code.STRAY_DOCUMENTATION, a.span(0, 3), "lost"));
        assertThat(all.hasErrors()).isFalse();
        all.add(Diagnostic.error(Code.UNEXPECTED, a.span(0, 3), "wrong"));
        assertThat(all.hasErrors()).isTrue();
    }

    @Test
    void everyCodeIsUniqueAndExplained() {
        Set<String> ids = new HashSet<>();
        assertThat(Arrays.asList(Code.values())).allSatisfy(code -> {
            assertThat(code.id()).matches("CNN0[1-79]\\d\\d");
            assertThat(ids.add(code.id())).as("%s is unique", code.id()).isTrue();
            assertThat(code.title()).isNotBlank().doesNotEndWith(".");
            assertThat(code.explanation()).endsWith(".");
        });
    }
}
