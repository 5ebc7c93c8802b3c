package dev.striate.compiler.syntax;

import static dev.striate.compiler.syntax.Parsing.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.syntax.Parsing.Parsed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that no person writes: a clear message, never an exception, and no time lost. */
class LimitsTest {
    private static final int MUCH = 50_000;

    private static String net(String statement) {
        return "net A {\n  " + statement + "\n}\n";
    }

    @Test
    void depthUpToTheLimit() {
        String open = "(".repeat(198);
        assertThat(parse(net("let a = " + open + "1" + open.replace('(', ')'))).codes())
                .isEmpty();
        String sum = "a + ".repeat(198) + "a";
        assertThat(parse(net("let a = " + sum)).codes()).isEmpty();
    }

    static List<String> tooDeep() {
        return List.of(
                "let a = " + "(".repeat(MUCH) + "1" + ")".repeat(MUCH),
                "let a = " + "f(".repeat(MUCH) + "1" + ")".repeat(MUCH),
                "let a = " + "[".repeat(MUCH) + "1" + "]".repeat(MUCH),
                "let a = " + "-".repeat(MUCH) + "1",
                "let a = " + "!".repeat(MUCH) + "b",
                "let a = " + "1 + ".repeat(MUCH) + "1",
                "let a = " + "a ? b : ".repeat(MUCH) + "c",
                "let a = x" + ".b".repeat(MUCH),
                "let a = x" + "[0]".repeat(MUCH),
                "x" + ".b".repeat(MUCH) + " -> relu",
                "x -> if a { b }" + " else if a { b }".repeat(MUCH),
                "x -> " + "{ ".repeat(MUCH) + "relu" + "}".repeat(MUCH));
    }

    @ParameterizedTest
    @MethodSource("tooDeep")
    void depthBeyondTheLimit(String statement) {
        Parsed parsed = parse(net(statement));
        assertThat(parsed.codes()).containsExactly("CNN0104");
        assertThat(parsed.tree().complete()).isFalse();
    }

    /** Not one report for each bracket: the depth is what is wrong. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "(",
                "[",
                "([{",
                "f([-!{",
                "net A { ",
                "add { relu | ",
                "residual {\n",
                "repeat 2 {\n  x -> "
            })
    void depthWithoutAnEnd(String piece) {
        for (String before : List.of("", "net A {\n  x -> ", "net A {\n  x -> f(", "net A {")) {
            assertThat(parse(before + piece.repeat(MUCH)).codes()).containsExactly("CNN0104");
        }
    }

    @Test
    void manyUnclosedBracketsAreOneError() {
        assertThat(parse("net A {" + "{".repeat(150)).codes()).containsExactly("CNN0102", "CNN0102");
        Parsed parentheses = parse(net("let a = " + "(".repeat(150) + "1"));
        assertThat(parentheses.diagnostics())
                .singleElement()
                .satisfies(d -> assertThat(d.message()).isEqualTo("150 brackets are never closed"));
        assertThat(parse(net("let a = b" + ")".repeat(150))).codes()).containsExactly("CNN0103");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            (,           CNN0104
            },           CNN0103
            ),           CNN0103
            `} (`,       CNN0103
            `/*`,        CNN0107
            `" `,        CNN0101
            `"\n`,       CNN0111
            `let = 3 `,  CNN0101
            `net a(`,    CNN0104
            3x,          CNN0108
            """)
    void repeatedGarbage(String piece, String code) {
        assertThat(parse(piece.replace("\\n", "\n").repeat(MUCH)).codes())
                .contains(code)
                .hasSizeLessThanOrEqualTo(21);
    }

    @Test
    void errorsStopAtTwenty() {
        Parsed parsed = parse(net("let = 3\n".repeat(1000)));
        assertThat(parsed.codes()).hasSize(21).last().isEqualTo("CNN0111");
        assertThat(parsed.diagnostics().getLast().span().line()).isGreaterThan(20);
        assertThat(parsed.tree().decls()).isEmpty();
    }

    @Test
    void randomBytesAreNoText() {
        long seed = 20260103;
        byte[] bytes = new byte[1 << 20];
        new Random(seed).nextBytes(bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        assertThat(parse(text).codes()).as("seed %s", seed).containsExactly("CNN0113");
        Parsed withoutNul = parse(text.replace("\0", ""));
        assertThat(withoutNul.codes()).as("seed %s", seed).hasSize(21).contains("CNN0106");
        assertThat(new TextRenderer(false).render(withoutNul.diagnostics())).hasSizeLessThan(21 * 500);
    }

    @Test
    void randomTokensGiveErrorsAndNoException() {
        String[] pieces = {
            "net", "A", "{", "}", "(", ")", "[", "]", "->", ",", "=", ":", "|", "let", "x", "3", "if", "\n", "."
        };
        long seed = 20260104;
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder("net A { x -> f(");
            for (int k = random.nextInt(40); k >= 0; k--) {
                text.append(pieces[random.nextInt(pieces.length)]).append(' ');
            }
            Parsed parsed = parse(text.toString());
            assertThat(parsed.diagnostics()).as("seed %s: %s", seed, text).isNotEmpty();
            new TextRenderer(true).render(parsed.diagnostics());
        }
    }

    @Test
    void unpairedSurrogates() {
        Parsed parsed = parse(net("let \uD800 a = b // \uDC00"));
        assertThat(parsed.codes()).containsExactly("CNN0106");
        assertThat(new TextRenderer(false).render(parsed.diagnostics()))
                .contains("U+D800")
                .doesNotContain("\uD800");
    }

    @Test
    void aCharacterOfTwoUnitsIsOneColumn() {
        Parsed parsed = parse(net("/* \uD83D\uDE00 */ \uD83D\uDE00 -> a"));
        assertThat(parsed.diagnostics()).hasSize(1);
        assertThat(parsed.diagnostics().getFirst().span()).hasToString("test.cnn:2:11");
        assertThat(parsed.diagnostics().getFirst().span().text()).isEqualTo("\uD83D\uDE00");
    }

    @Test
    void tooLarge() {
        assertThat(parse(" ".repeat(CnnParser.LARGEST + 1)).codes()).containsExactly("CNN0105");
        assertThat(parse("net A { }" + " ".repeat(CnnParser.LARGEST - 9)).codes())
                .isEmpty();
    }

    @Test
    void empty() {
        assertThat(parse("").codes()).containsExactly("CNN0112");
        assertThat(parse("/* nothing */ package a.b").codes()).containsExactly("CNN0112");
    }
}
