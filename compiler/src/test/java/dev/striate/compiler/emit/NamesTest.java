package dev.striate.compiler.emit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Each name once. */
class NamesTest {
    @Test
    void takenNamesGetASuffixAndTheNextNumber() {
        Names names = new Names("b", "part3");
        assertThat(names.unique("part", "")).isEqualTo("part");
        assertThat(names.unique("part", "")).isEqualTo("part2");
        assertThat(names.unique("part", "")).isEqualTo("part4");
        assertThat(names.unique("b", "Step")).isEqualTo("bStep");
        assertThat(names.unique("b", "Step")).isEqualTo("bStep2");
        assertThat(names.unique("layer1.0.conv", "Step")).isEqualTo("layer1_0Conv");
    }

    @Test
    void aNameThatIsGivenBackIsTheNextAgain() {
        Names names = new Names();
        assertThat(names.unique("part", "")).isEqualTo("part");
        assertThat(names.unique("part", "")).isEqualTo("part2");
        assertThat(names.unique("part", "")).isEqualTo("part3");
        names.free("part2");
        assertThat(names.unique("part", "")).isEqualTo("part2");
        assertThat(names.unique("part", "")).isEqualTo("part4");
    }
}
