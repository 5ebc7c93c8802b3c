package dev.striate.runtime.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineTest {
    @Test
    void aDriverThatIsTooOldIsSaidToBeThat() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Machine.requireNew(12040))
                .withMessage("the driver is for CUDA 12.4; install NVIDIA's, for CUDA 13 or later");
        assertThatCode(() -> Machine.requireNew(13000)).doesNotThrowAnyException();
        assertThatCode(() -> Machine.requireNew(14020)).doesNotThrowAnyException();
    }

    @Test
    void aDeviceThatIsTooOldIsSaidToBeThat() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Machine.requireCapable(61))
                .withMessage(
                        "the GPU has compute capability 6.1, and CUDA 13 is for 7.5 or more; use a newer one, which"
                                + " CUDA_VISIBLE_DEVICES can name where there are several");
        assertThatIllegalStateException().isThrownBy(() -> Machine.requireCapable(70));
        assertThatCode(() -> Machine.requireCapable(75)).doesNotThrowAnyException();
        assertThatCode(() -> Machine.requireCapable(120)).doesNotThrowAnyException();
    }

    /** Nobody is told at each start of a command that there is no GPU in a machine that never had one. */
    @Test
    void withoutADriverNoGpuIsExpected() {
        if (!DriverLibrary.isThere()) {
            assertThatExceptionOfType(NoGpuException.class)
                    .isThrownBy(() -> Machine.open(0, false))
                    .withMessage("the driver is missing; install NVIDIA's, for CUDA 13 or later");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "the CUDA run time, the CUDA 13 toolkit",
        "NVRTC, the CUDA 13 toolkit",
        "cuBLASLt, the CUDA 13 toolkit",
        "cuDNN, cuDNN 9 for CUDA 13",
        "NCCL, NCCL 2 for CUDA 13"
    })
    void aLibraryThatIsMissingIsNamedWithWhatToInstall(String name, String advice) {
        String why = "lib.so: cannot open shared object file: No such file or directory";
        LinkageError missing = new UnsatisfiedLinkError("no jni in java.library.path");
        missing.initCause(new UnsatisfiedLinkError(why));
        assertThatIllegalStateException()
                .isThrownBy(() -> Machine.load(part(name), binding -> {
                    throw missing;
                }))
                .withMessage(name + " is missing; install " + advice + " (" + why + ")");
    }

    /** What the bindings say of the library that all others need, which this machine may have or not. */
    @Test
    void theBindingsNameTheFileThatIsMissing() {
        try {
            Machine.load(part("the CUDA run time"), Loader::load);
        } catch (IllegalStateException e) {
            assertThat(e)
                    .hasMessageMatching("the CUDA run time is missing; install the CUDA 13 toolkit"
                            + " \\(.*libcuda(rt)?\\.so\\.\\d+: .*\\)");
        }
    }

    private static Machine.Part part(String name) {
        return Stream.concat(Machine.PARTS.stream(), Stream.of(Machine.NCCL))
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
