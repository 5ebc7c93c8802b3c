package dev.striate.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FmaPeakTest {
    @Test
    void measuresAnyNumberOfThreads() {
        assertThat(FmaPeak.isMeasurable()).isTrue();
        assertThat(FmaPeak.measure(1)).isPositive().isFinite();
        assertThat(FmaPeak.measure(3)).isPositive().isFinite();
    }
}
