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

    @Test
    void windowsThatNetsBeginWithAreFilteredInTheForwardDirection() {
        Conv stem = Conv.conv(64, 7, 7).stride(2, 2).pad(3);
        Sizes images = Sizes.of(1, 3, 224, 224);
        assertThat(ConvChoice.forward(stem, images)).isEqualTo(StemShape.FIT ? ConvChoice.STEM : ConvChoice.NONE);
        assertThat(ConvChoice.of(stem, images)).as("gradients").isEqualTo(ConvChoice.NONE);
        assertThat(ConvChoice.STEM.where(Conv.conv(64, 3, 3).pad(1), images)).isEqualTo(ConvChoice.NONE);
        assertThat(ConvChoice.forward(stem, Sizes.of(1, 1, 224, 224))).isEqualTo(ConvChoice.NONE);
        assertThat(ConvChoice.forward(stem, Sizes.of(1, 3, 224, 15))).isEqualTo(ConvChoice.NONE);
        assertThat(ConvChoice.forward(Conv.conv(65, 7, 7).stride(2, 2).pad(3), images))
                .isEqualTo(ConvChoice.NONE);
        assertThat(ConvChoice.forward(Conv.conv(64, 7, 7).stride(2, 2).dilation(2, 2), images))
                .isEqualTo(ConvChoice.NONE);
    }
}
