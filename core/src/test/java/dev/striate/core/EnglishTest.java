package dev.striate.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnglishTest {
    @ParameterizedTest
    @ValueSource(strings = {"8", "8x8", "80x3", "89x89", "800", "8000", "11", "11x11", "18x18", "11000", "18000x2"})
    void an(String number) {
        assertThat(English.withArticle(number)).isEqualTo("an " + number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1x8", "3x3", "7x11", "10", "12", "28x28", "110", "111", "180x1", "1800", "HxW"})
    void a(String number) {
        assertThat(English.withArticle(number)).isEqualTo("a " + number);
    }
}
