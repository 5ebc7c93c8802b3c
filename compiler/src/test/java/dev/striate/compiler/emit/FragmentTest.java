package dev.striate.compiler.emit;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javapoet.CodeBlock;
import org.junit.jupiter.api.Test;

/** Text and blocks in the order in which they are added. */
class FragmentTest {
    @Test
    void textAndBlocksFollowOneAnother() {
        Fragment code =
                new Fragment().text("f(").block("$T.of($L)", String.class, 1).text(", $L)");
        assertThat(code.build()).hasToString("f(java.lang.String.of(1), $L)");
        assertThat(new Fragment().build().isEmpty()).isTrue();
    }

    @Test
    void fragmentsAreAddedInOrder() {
        Fragment other = new Fragment().text("g(").block("$T", String.class).text(")");
        Fragment code = new Fragment().text("f(").add(other).text(", ").add(new Fragment().text("1"));
        assertThat(code.text(");").build()).hasToString("f(g(java.lang.String), 1);");
        assertThat(other.build()).as("as it was").hasToString("g(java.lang.String)");
    }

    @Test
    void stringsAreLiterals() {
        for (String value :
                new String[] {"", "a.b", "$L", "it's", "say \"no\"", "a\\b", "a\tb", "a\nb", "größe", "\u0000"}) {
            assertThat(new Fragment().string(value).build())
                    .as(value)
                    .hasToString(CodeBlock.of("$S", value).toString());
        }
    }
}
