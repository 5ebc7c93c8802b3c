package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BackendsTest {
    @Test
    void areFoundByName() {
        assertThat(Backends.byName("cpu")).isSameAs(Backends.cpu());
        assertThat(Backends.byName("reference")).isSameAs(Backends.reference());
        assertThat(Backends.byName("best")).isSameAs(Backends.best());
        assertThat(Backends.cpu(3)).isSameAs(Backends.cpu(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backends.byName("gpu"))
                .withMessage("there is no backend gpu; there are best, cpu and reference");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backends.cpu(0))
                .withMessage("the cpu backend needs at least one thread, not 0");
    }

    @Test
    void theBestIsTheFastOne() {
        assertThat(Backends.best().name()).isEqualTo("cpu");
    }

    @Test
    void sayWhatTheyAre() {
        assertThat(Backends.cpu(3).description())
                .matches("OpenBLAS \\d+\\.\\d+\\.\\d+, \\w+, no SIMD kernels \\(.+\\), 3 threads");
        assertThat(Backends.cpu(1).description()).endsWith(", 1 thread");
        assertThat(Backends.describe())
                .containsExactly(
                        "cpu: " + Backends.cpu().description(), "reference: plain loops in float64, one thread");
    }
}
