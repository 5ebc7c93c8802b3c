package dev.striate.runtime.cuda.driver;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class MachineTest {
    @Test
    void aDriverThatIsTooOldIsSaidToBeThat() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Machine.requireNew(12040))
                .withMessage("the driver is for CUDA 12.4; install NVIDIA's, for CUDA 13 or later");
        assertThatCode(() -> Machine.requireNew(13000)).doesNotThrowAnyException();
        assertThatCode(() -> Machine.requireNew(14020)).doesNotThrowAnyException();
    }
}
