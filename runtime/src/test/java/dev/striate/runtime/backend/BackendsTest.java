package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
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
                .withMessage("there is no backend gpu; there are best, cpu, cuda and reference");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backends.cpu(0))
                .withMessage("the cpu backend needs at least one thread, not 0");
    }

    @Test
    void theBestIsTheFastOne() {
        assertThat(Backends.best().name()).isEqualTo("cpu");
    }

    @Test
    void cudaIsRefusedWithoutItsModule() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Backends.byName("cuda"))
                .withMessage("the backend cuda cannot run here: striate-runtime-cuda is not on the class path");
    }

    /** A backend that another module would bring, and that cannot run here. */
    private record Missing(boolean isExpected) implements BackendProvider {
        @Override
        public String name() {
            return "cuda";
        }

        @Override
        public String whyNot() {
            return "cuDNN is missing";
        }

        @Override
        public Backend backend() {
            throw new IllegalStateException(whyNot());
        }

        @Override
        public Backend backend(List<Integer> devices) {
            return backend();
        }

        @Override
        public String devices() {
            return "";
        }
    }

    /** In a machine that never had a GPU, nobody misses it. */
    @Test
    void theLogSaysWhyThereIsNoGpuWhereOneIsExpected() {
        assertThat(logged(Optional.of(new Missing(true)))).containsExactly("INFO: no backend cuda: cuDNN is missing");
        assertThat(logged(Optional.of(new Missing(false)))).containsExactly("FINE: no backend cuda: cuDNN is missing");
        assertThat(logged(Optional.empty()))
                .containsExactly("FINE: no backend cuda: striate-runtime-cuda is not on the class path");
    }

    private static List<String> logged(Optional<BackendProvider> provider) {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getLevel() + ": " + line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.striate.runtime");
        Level before = logger.getLevel();
        logger.setLevel(Level.FINE);
        logger.addHandler(handler);
        try {
            Backends.logWhyNot(provider);
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        return lines;
    }

    @Test
    void sayWhatTheyAre() {
        assertThat(Backends.cpu(3).description())
                .matches("OpenBLAS \\d+\\.\\d+\\.\\d+, \\w+, no SIMD kernels \\(.+\\), 3 threads");
        assertThat(Backends.cpu(1).description()).endsWith(", 1 thread");
        assertThat(Backends.describe())
                .containsExactly(
                        "cpu: " + Backends.cpu().description(),
                        "cuda: not available: striate-runtime-cuda is not on the class path",
                        "reference: plain loops in float64, one thread");
    }
}
