package dev.striate.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import org.junit.jupiter.api.Test;

/** The choice of algorithms for well-known shapes. */
class ConvChoiceTest {
    private static ConvChoice choice(int batch, int channels, int size) {
        return ConvChoice.of(Conv.conv(channels, 3, 3).pad(1), Sizes.of(batch, channels, size, size));
    }

    @Test
    void largeTilesUnlessTheirWeightTakesLongerToRead() {
        assertThat(choice(1, 64, 56)).isEqualTo(ConvChoice.WINOGRAD4);
        assertThat(choice(1, 128, 28)).isEqualTo(ConvChoice.WINOGRAD4);
        assertThat(choice(1, 256, 14)).isEqualTo(ConvChoice.WINOGRAD2);
        assertThat(choice(16, 256, 14)).isEqualTo(ConvChoice.WINOGRAD4);
        assertThat(choice(1, 512, 7)).isEqualTo(ConvChoice.WINOGRAD2);
        assertThat(choice(16, 512, 7)).isEqualTo(ConvChoice.WINOGRAD4);
        assertThat(choice(4, 64, 2)).isEqualTo(ConvChoice.WINOGRAD2);
    }

    @Test
    void onlyDenseThreeByThreeWithoutStride() {
        Sizes x = Sizes.of(1, 64, 13, 13);
        assertThat(ConvChoice.of(Conv.conv(64, 3, 3).stride(2, 2).pad(1), x)).isEqualTo(ConvChoice.NONE);
        assertThat(ConvChoice.of(Conv.conv(64, 3, 3).dilation(2, 2).pad(2), x)).isEqualTo(ConvChoice.NONE);
        assertThat(ConvChoice.of(Conv.conv(64, 3, 3).groups(2).pad(1), x)).isEqualTo(ConvChoice.NONE);
        assertThat(ConvChoice.of(Conv.conv(64, 1, 3), x)).isEqualTo(ConvChoice.NONE);
        assertThat(ConvChoice.of(Conv.conv(64, 3, 3), Sizes.of(1, 1, 13, 13))).isEqualTo(ConvChoice.NONE);
    }
}
