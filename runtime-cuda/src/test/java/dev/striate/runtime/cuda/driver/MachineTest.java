package dev.striate.runtime.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
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
