package dev.striate.runtime.data.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.striate.core.recipe.Transform;
import dev.striate.runtime.io.DataException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PipelineTest {
    private static final long SEED = 5;

    private static float[] apply(Canvas result) {
        return Arrays.copyOf(result.values(), result.elements());
    }

    /** A picture [C, H, W] of the numbers 0, 1, 2 ... divided by their count. */
    private static Canvas ramp(Pipeline pipeline, int channels, int height, int width) {
        Canvas canvas = pipeline.input();
        canvas.picture(channels, height, width);
        for (int i = 0; i < canvas.elements(); i++) {
            canvas.values()[i] = (float) i / canvas.elements();
        }
        return canvas;
    }

    private static float[] once(Transform transform, int channels, int height, int width, int sample)
            throws DataException {
        Pipeline pipeline = new Pipeline(List.of(transform), SEED);
        ramp(pipeline, channels, height, width);
        return apply(pipeline.apply(0, sample));
    }

    @Test
    void resizingAveragesOrInterpolates() throws DataException {
        assertThat(once(new Transform.Resize(1, 2), 1, 2, 4, 0))
                .containsExactly(new float[] {2.5f / 8, 4.5f / 8}, within(1e-6f));
        assertThat(once(new Transform.Resize(1, 4), 1, 1, 2, 0))
                .containsExactly(new float[] {0, 0.125f, 0.375f, 0.5f}, within(1e-6f));
        assertThat(once(new Transform.ResizeShorter(2), 3, 4, 6, 0)).hasSize(3 * 2 * 3);
        assertThat(once(new Transform.ResizeShorter(2), 1, 6, 4, 0)).hasSize(3 * 2);
    }

    @Test
    void theMiddleIsCropped() throws DataException {
        assertThat(once(new Transform.CenterCrop(1, 2), 1, 4, 4, 0))
                .containsExactly(new float[] {5 / 16f, 6 / 16f}, within(1e-6f));
        assertThatThrownBy(() -> once(new Transform.CenterCrop(5, 2), 1, 4, 4, 0))
                .isInstanceOf(DataException.class)
                .hasMessage("a picture of 4x4 has no part of 5x2; write a `resize` before it");
    }

    @Test
    void randomCropsAreEveryPartOfThePaddedPicture() throws DataException {
        boolean[] seen = new boolean[9];
        for (int sample = 0; sample < 200; sample++) {
            float[] part = once(new Transform.RandomCrop(2, 2, 1), 1, 2, 2, sample);
            // Of the parts of [0 0 0 0; 0 0 1 0; 0 2 3 0; 0 0 0 0] / 4, known by where 3/4 is, or is not.
            int place = -1;
            for (int i = 0; i < 4; i++) {
                place = part[i] == 0.75f ? i : place;
            }
            if (place < 0) {
                place = part[2] == 0.25f ? 4 : part[3] == 0.25f ? 5 : part[1] == 0.5f ? 6 : part[3] == 0.5f ? 7 : 8;
            }
            seen[place] = true;
        }
        assertThat(seen).doesNotContain(false);
    }

    @Test
    void flipsHappenAsOftenAsSaid() throws DataException {
        assertThat(once(new Transform.HorizontalFlip(1), 1, 2, 2, 0)).containsExactly(0.25f, 0, 0.75f, 0.5f);
        assertThat(once(new Transform.VerticalFlip(1), 1, 2, 2, 0)).containsExactly(0.5f, 0.75f, 0, 0.25f);
        assertThat(once(new Transform.HorizontalFlip(0), 1, 2, 2, 0)).containsExactly(0, 0.25f, 0.5f, 0.75f);
        int flipped = 0;
        for (int sample = 0; sample < 1000; sample++) {
            flipped += once(new Transform.HorizontalFlip(0.3), 1, 1, 2, sample)[0] > 0 ? 1 : 0;
        }
        assertThat(flipped).isBetween(250, 350);
    }

    @Test
    void geometryThatChangesNothingChangesNothing() throws DataException {
        float[] whole = once(new Transform.Rotate(0), 3, 5, 4, 0);
        assertThat(once(new Transform.Scale(1, 1), 3, 5, 4, 0)).containsExactly(whole, within(1e-5f));
        assertThat(once(new Transform.Translate(0, 0), 3, 5, 4, 0)).containsExactly(whole, within(1e-5f));
        assertThat(once(new Transform.RandomResizedCrop(5, 4, 1, 1, 0.8, 0.8), 3, 5, 4, 0))
                .containsExactly(whole, within(1e-5f));
        for (int i = 0; i < whole.length; i++) {
            assertThat(whole[i]).isCloseTo((float) i / whole.length, within(1e-5f));
        }
    }

    /** A bright pixel above the centre: the picture is turned, so its distance from the centre stays. */
    @Test
    void rotationKeepsDistances() throws DataException {
        for (int sample = 0; sample < 20; sample++) {
            Pipeline pipeline = new Pipeline(List.of(new Transform.Rotate(180)), SEED);
            Canvas canvas = pipeline.input();
            canvas.picture(1, 21, 21);
            canvas.clear();
            canvas.values()[4 * 21 + 10] = 1;
            float[] turned = apply(pipeline.apply(0, sample));
            double y = 0;
            double x = 0;
            double sum = 0;
            for (int i = 0; i < turned.length; i++) {
                sum += turned[i];
                y += turned[i] * (i / 21 - 10);
                x += turned[i] * (i % 21 - 10);
            }
            assertThat(sum).isBetween(0.7, 1.3);
            assertThat(Math.hypot(y, x) / sum).isBetween(5.5, 6.5);
        }
    }

    @Test
    void coloursStayInTheirRange() throws DataException {
        float[] jittered = once(new Transform.Jitter(0.9, 0.9, 0.9, 0.5), 3, 8, 8, 1);
        assertThat(jittered).isNotEqualTo(once(new Transform.Rotate(0), 3, 8, 8, 1));
        for (float v : jittered) {
            assertThat(v).isBetween(0f, 1f);
        }
    }

    /** Half a turn of the colour circle makes red cyan; grey has no hue. */
    @Test
    void huesTurn() throws DataException {
        for (int sample = 0; sample < 50; sample++) {
            Pipeline pipeline = new Pipeline(List.of(new Transform.Jitter(0, 0, 0, 0.5)), SEED);
            Canvas canvas = pipeline.input();
            canvas.picture(3, 1, 2);
            System.arraycopy(new float[] {1, 0.5f, 0, 0.5f, 0, 0.5f}, 0, canvas.values(), 0, 6);
            float[] turned = apply(pipeline.apply(0, sample));
            assertThat(Math.max(turned[0], Math.max(turned[2], turned[4]))).isCloseTo(1, within(1e-5f));
            assertThat(Math.min(turned[0], Math.min(turned[2], turned[4]))).isCloseTo(0, within(1e-5f));
            assertThat(new float[] {turned[1], turned[3], turned[5]}).containsExactly(0.5f, 0.5f, 0.5f);
            double by = new TurnOf(sample).by;
            double red = Math.clamp(2 - 6 * Math.abs(by), 0, 1);
            assertThat((double) turned[0]).as("turned by %s", by).isCloseTo(red, within(1e-5));
        }
    }

    /** The turn that the sample draws: the fourth number, after brightness, contrast and saturation. */
    private static final class TurnOf {
        private final double by;

        TurnOf(int sample) {
            Draws draws = new Draws(SEED);
            draws.at(0, 0, sample);
            draws.uniform(1, 1);
            draws.uniform(1, 1);
            draws.uniform(1, 1);
            by = draws.uniform(-0.5, 0.5);
        }
    }

    @Test
    void normalizesEveryChannel() throws DataException {
        assertThat(once(new Transform.Normalize(List.of(0.5), List.of(0.25)), 1, 1, 2, 0))
                .containsExactly(-2, 0);
        assertThat(once(new Transform.Normalize(List.of(0.0, 1.0, 2.0), List.of(1.0, 0.5, 2.0)), 3, 1, 1, 0))
                .containsExactly(new float[] {0, -4 / 3f, -2 / 3f}, within(1e-6f));
        assertThatThrownBy(() -> once(new Transform.Normalize(List.of(0.0, 1.0, 2.0), List.of(1.0)), 1, 1, 1, 0))
                .hasMessageContaining("for 3 channels, and the picture has 1");
    }

    @Test
    void noiseAndCutoutDoWhatTheySay() throws DataException {
        float[] plain = once(new Transform.Noise(0), 1, 32, 32, 0);
        float[] noisy = once(new Transform.Noise(0.5), 1, 32, 32, 0);
        double squares = 0;
        for (int i = 0; i < plain.length; i++) {
            squares += Math.pow(noisy[i] - plain[i], 2) / plain.length;
        }
        assertThat(Math.sqrt(squares)).isBetween(0.45, 0.55);
        float[] cut = once(new Transform.Cutout(2), 1, 9, 9, 3);
        long zeros = 0;
        for (int i = 1; i < cut.length; i++) {
            zeros += cut[i] == 0 ? 1 : 0;
        }
        assertThat(zeros).isBetween(1L, 4L);
    }

    static List<Transform> random() {
        return List.of(
                new Transform.RandomCrop(5, 5, 2),
                new Transform.RandomResizedCrop(4, 4, 0.2, 0.9, 0.5, 2),
                new Transform.Rotate(40),
                new Transform.Translate(0.3, 0.3),
                new Transform.Scale(0.5, 2),
                new Transform.Jitter(0.4, 0.4, 0.4, 0.2),
                new Transform.Noise(0.1),
                new Transform.Cutout(3));
    }

    @ParameterizedTest
    @MethodSource("random")
    void drawsFollowFromSeedEpochSampleAndPlace(Transform transform) throws DataException {
        Pipeline pipeline = new Pipeline(List.of(new Transform.HorizontalFlip(0), transform), SEED);
        ramp(pipeline, 3, 7, 7);
        float[] first = apply(pipeline.apply(2, 9));
        ramp(pipeline, 3, 7, 7);
        float[] otherRound = apply(pipeline.apply(3, 9));
        ramp(pipeline, 3, 7, 7);
        float[] otherSample = apply(pipeline.apply(2, 10));
        ramp(pipeline, 3, 7, 7);
        assertThat(apply(pipeline.apply(2, 9))).isEqualTo(first);
        assertThat(first).isNotEqualTo(otherRound).isNotEqualTo(otherSample);
        Pipeline otherSeed = new Pipeline(List.of(new Transform.HorizontalFlip(0), transform), SEED + 1);
        ramp(otherSeed, 3, 7, 7);
        assertThat(apply(otherSeed.apply(2, 9))).isNotEqualTo(first);
    }

    /** A mask that is the picture, rounded to classes, goes where the picture goes. */
    @ParameterizedTest
    @MethodSource("random")
    void masksFollowTheGeometryAndStayClasses(Transform transform) throws DataException {
        Pipeline pipeline = new Pipeline(List.of(transform), SEED);
        for (int sample = 0; sample < 10; sample++) {
            Canvas picture = pipeline.input();
            picture.picture(1, 16, 16);
            for (int i = 0; i < 256; i++) {
                picture.values()[i] = i % 16 < 8 ? 0 : 1;
            }
            float[] moved = apply(pipeline.apply(0, sample));
            Canvas mask = pipeline.input();
            mask.mask(16, 16);
            for (int i = 0; i < 256; i++) {
                mask.values()[i] = i % 16 < 8 ? 0 : 1;
            }
            float[] follows = apply(pipeline.apply(0, sample));
            assertThat(follows).hasSameSizeAs(moved);
            boolean geometry = !(transform instanceof Transform.Jitter
                    || transform instanceof Transform.Noise
                    || transform instanceof Transform.Cutout);
            int differ = 0;
            for (int i = 0; i < moved.length; i++) {
                assertThat(follows[i]).isIn(0f, 1f);
                differ += Math.abs(follows[i] - moved[i]) > 0.5f + 1e-3f ? 1 : 0;
            }
            if (geometry) {
                assertThat(differ).as("pixels that differ, sample %d", sample).isLessThanOrEqualTo(moved.length / 10);
            }
        }
    }
}
