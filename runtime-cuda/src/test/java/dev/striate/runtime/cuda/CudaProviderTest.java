package dev.striate.runtime.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.cuda.CudaProvider.Found;
import org.junit.jupiter.api.Test;

/** What may go wrong when the device is opened, none of which ends a process that can do without. */
class CudaProviderTest {
    private static Found withDriver(Throwable failure) {
        return found(failure, true);
    }

    private static Found found(Throwable failure, boolean driver) {
        return Found.of(
                () -> {
                    switch (failure) {
                        case RuntimeException e -> throw e;
                        case Error e -> throw e;
                        default -> throw new IllegalArgumentException(failure);
                    }
                },
                () -> driver);
    }

    @Test
    void aDeviceThatIsFullIsNotAvailable() {
        Found found = withDriver(new OutOfMemoryError("cuDevicePrimaryCtxRetain failed: out of memory"));
        assertThat(found.backend()).isNull();
        assertThat(found.whyNot())
                .isEqualTo("the GPU has too little memory left; end what else runs on it (cuDevicePrimaryCtxRetain"
                        + " failed: out of memory)");
        assertThat(found.expected()).isTrue();
    }

    @Test
    void bindingsThatAreMissingOrDoNotFitAreNotAvailable() {
        assertThat(withDriver(new NoClassDefFoundError("org/bytedeco/cuda/global/cudart"))
                        .whyNot())
                .isEqualTo("the bindings are missing; add org.bytedeco:cuda (org/bytedeco/cuda/global/cudart)");
        assertThat(withDriver(new NoSuchMethodError("cudnnCreate")).whyNot())
                .isEqualTo("the bindings do not fit; take org.bytedeco:cuda for CUDA 13 (cudnnCreate)");
    }

    /** So that nobody is told at each start of a command that there is no GPU in a machine that never had one. */
    @Test
    void aGpuIsExpectedWhereThereIsADriver() {
        LinkageError missing = new NoClassDefFoundError("org/bytedeco/cuda/global/cudart");
        assertThat(found(missing, true).expected()).isTrue();
        assertThat(found(missing, false).expected()).isFalse();
        assertThat(withDriver(new DeviceException("cudnnCreate failed: NOT_INITIALIZED"))
                        .expected())
                .isTrue();
        assertThat(Found.of(Backends::reference, () -> true)).isEqualTo(new Found(Backends.reference(), "", true));
    }
}
