package dev.striate.runtime.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.cuda.driver.Natives.Meaning;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import org.junit.jupiter.api.Test;

/** What statuses of the libraries become. No library is loaded: the numbers are constants of the bindings. */
class StatusTest {
    private static void check(int status, Meaning meaning) {
        Natives.check("call", status, meaning, number -> null);
    }

    @Test
    void whatALibraryRefusesIsNoFailureOfTheDevice() {
        for (int status : new int[] {
            cudnn.CUDNN_STATUS_BAD_PARAM,
            cudnn.CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER,
            cudnn.CUDNN_STATUS_NOT_SUPPORTED,
            cudnn.CUDNN_STATUS_NOT_SUPPORTED_SHAPE,
            cudnn.CUDNN_STATUS_ARCH_MISMATCH
        }) {
            assertThat(NativeDnn.meaning(status)).as("cuDNN's %d", status).isEqualTo(Meaning.REFUSED);
        }
        for (int status : new int[] {
            cublas.CUBLAS_STATUS_INVALID_VALUE, cublas.CUBLAS_STATUS_ARCH_MISMATCH, cublas.CUBLAS_STATUS_NOT_SUPPORTED
        }) {
            assertThat(NativeBlas.meaning(status)).as("cuBLASLt's %d", status).isEqualTo(Meaning.REFUSED);
        }
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> check(3000, Meaning.REFUSED))
                .withMessage("call failed: status 3000");
    }

    @Test
    void whatTakesTooMuchMemoryIsSaidToBeThat() {
        assertThat(NativeDnn.meaning(cudnn.CUDNN_STATUS_ALLOC_FAILED)).isEqualTo(Meaning.NO_MEMORY);
        assertThat(NativeDnn.meaning(cudnn.CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED))
                .isEqualTo(Meaning.NO_MEMORY);
        assertThat(NativeBlas.meaning(cublas.CUBLAS_STATUS_ALLOC_FAILED)).isEqualTo(Meaning.NO_MEMORY);
        assertThat(NativeDriver.meaning(cudart.CUDA_ERROR_OUT_OF_MEMORY)).isEqualTo(Meaning.NO_MEMORY);
        assertThatExceptionOfType(OutOfMemoryError.class)
                .isThrownBy(() -> check(2, Meaning.NO_MEMORY))
                .withMessage("call failed: status 2");
    }

    @Test
    void allElseIsAFailureOfTheDevice() {
        for (int status : new int[] {
            cudnn.CUDNN_STATUS_NOT_INITIALIZED, cudnn.CUDNN_STATUS_INTERNAL_ERROR, cudnn.CUDNN_STATUS_EXECUTION_FAILED
        }) {
            assertThat(NativeDnn.meaning(status)).as("cuDNN's %d", status).isEqualTo(Meaning.OTHER);
        }
        assertThat(NativeBlas.meaning(cublas.CUBLAS_STATUS_EXECUTION_FAILED)).isEqualTo(Meaning.OTHER);
        assertThat(NativeDriver.meaning(cudart.CUDA_ERROR_ILLEGAL_ADDRESS)).isEqualTo(Meaning.OTHER);
        assertThatExceptionOfType(DeviceException.class)
                .isThrownBy(() -> check(5000, Meaning.OTHER))
                .isNotInstanceOf(RefusedException.class);
        assertThatCode(() -> check(0, Meaning.OTHER)).doesNotThrowAnyException();
    }
}
