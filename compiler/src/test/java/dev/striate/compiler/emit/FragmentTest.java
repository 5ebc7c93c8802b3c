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
    void stringsAreLiterals() {
        for (String value :
                new String[] {"", "a.b", "$L", "it's", "say \"no\"", "a\\b", "a\tb", "a\nb", "größe", "\u0000"}) {
            assertThat(new Fragment().string(value).build())
                    .as(value)
                    .hasToString(CodeBlock.of("$S", value).toString());
        }
    }
}
