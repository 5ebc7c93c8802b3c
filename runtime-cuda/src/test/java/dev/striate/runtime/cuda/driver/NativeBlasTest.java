package dev.striate.runtime.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.cuda.global.cublas;
import org.junit.jupiter.api.Test;

/** What cuBLASLt is asked for. It is not loaded: the numbers are constants of the bindings. */
class NativeBlasTest {
    @Test
    void onlyReductionsInPlaceAreLeftOutWhereBitsMustBeTheSame() {
        assertThat(NativeBlas.reductions(new Blas.Limits(0, true))).isEqualTo(cublas.CUBLASLT_REDUCTION_SCHEME_MASK);
        assertThat(NativeBlas.reductions(new Blas.Limits(0, false)))
                .isEqualTo(
                        cublas.CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE | cublas.CUBLASLT_REDUCTION_SCHEME_OUTPUT_TYPE);
    }
}
