package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every course on convolutional networks shows of filters and pooling. */
class ConvolutionFactsTest {
    private static final int SEEDS = 50;

    @TempDir
    Path folder = Path.of("");

    private static float[] output(Runs runs, float[] image, int... sizes) {
        return requireNonNull(runs.outputs(1, Map.of("x", image), sizes).get("y"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void aBoxFilterBlursTheImageOfNineties(String backend) throws Exception {
        Runs runs = Runs.of("""
                net Box {
                  input x: f32[N, 1, 10, 10]
                  x -> conv(1, 3, bias=false, init=constant(1 / 9)) -> output y
                }
                """, folder, backend);
        float[] image = new float[100];
        for (int row = 2; row <= 6; row++) {
            Arrays.fill(image, row * 10 + 3, row * 10 + 8, 90);
        }
        image[5 * 10 + 4] = 0;
        image[8 * 10 + 2] = 90;
        float[] table = {
            0, 10, 20, 30, 30, 30, 20, 10,
            0, 20, 40, 60, 60, 60, 40, 20,
            0, 30, 60, 90, 90, 90, 60, 30,
            0, 30, 50, 80, 80, 90, 60, 30,
            0, 30, 50, 80, 80, 90, 60, 30,
            0, 20, 30, 50, 50, 60, 40, 20,
            10, 20, 30, 30, 30, 30, 20, 10,
            10, 10, 10, 0, 0, 0, 0, 0
        };
        assertThat(output(runs, image)).containsExactly(table, within(1e-4f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void maxPoolingOf4x4Gives68And34(String backend) throws Exception {
        Runs runs = Runs.of("""
                net Pooled {
                  input x: f32[N, 1, 4, 4]
                  x -> max_pool(2) -> output y
                }
                """, folder, backend);
        float[] image = {1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4};
        assertThat(output(runs, image)).containsExactly(6, 8, 3, 4);
    }

    /** A picture [height, width] moved down and to the right; what comes in is 0. */
    private static float[] moved(float[] image, int height, int width, int down, int right) {
        float[] result = new float[image.length];
        for (int i = 0; i < image.length; i++) {
            int column = i % width + right;
            int row = i / width % height + down;
            if (row < height && column < width) {
                result[i + down * width + right] = image[i];
            }
        }
        return result;
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void convolutionOfAMovedImageIsTheMovedConvolution(String backend) throws Exception {
        Runs runs = Runs.of("""
                net Equivariant {
                  input x: f32[N, 2, H, W] where H >= 8, W >= 8
                  x -> conv(3, 3x5) -> tanh -> conv(2, 3, pad=1) -> output y
                }
                """, folder, backend);
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int height = random.nextInt(10, 24);
            int width = random.nextInt(10, 24);
            int down = random.nextInt(3);
            int right = random.nextInt(3);
            float[] image = Runs.normal(random, 2 * height * width);
            float[] y = output(runs, image, height, width);
            float[] ofMoved = output(runs, moved(image, height, width, down, right), height, width);
            float[] movedY = moved(y, height - 2, width - 4, down, right);
            // One element at the border is beside the padding of the second convolution, and another is filled in.
            assertInner(seed, height - 2, width - 4, ofMoved, movedY, down + 1, right + 1);
        }
    }

    /** Compares two maps [2, height, width] but for some rows and columns at the beginning and one at the end. */
    private static void assertInner(
            int seed, int height, int width, float[] actual, float[] expected, int top, int left) {
        int compared = 0;
        for (int i = 0; i < actual.length; i++) {
            int row = i / width % height;
            int column = i % width;
            if (row >= top && column >= left && row < height - 1 && column < width - 1) {
                assertThat(actual[i]).as("seed %d, element %d", seed, i).isCloseTo(expected[i], within(1e-5f));
                compared++;
            }
        }
        assertThat(compared).isPositive();
    }

    /** A peak that stays within its window changes the picture, but not what is pooled; one that leaves it changes both. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void poolingIsStableUnderSmallShifts(String backend) throws Exception {
        Runs runs = Runs.of("""
                net Stable {
                  input x: f32[N, 1, H, W] where H % 4 == 0, W % 4 == 0
                  x -> max_pool(4) -> output y
                }
                """, folder, backend);
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int height = 4 * random.nextInt(2, 6);
            int width = 4 * random.nextInt(2, 6);
            int by = random.nextInt(1, 4);
            float[] peaks = new float[height * width];
            for (int row = 0; row < height; row += 4) {
                for (int column = 0; column < width; column += 4) {
                    int within = random.nextInt(4 - by);
                    peaks[(row + within) * width + column + within] = 1 + random.nextFloat();
                }
            }
            float[] shifted = moved(peaks, height, width, by, by);
            assertThat(shifted).isNotEqualTo(peaks);
            assertThat(output(runs, shifted, height, width))
                    .as("seed %d", seed)
                    .isEqualTo(output(runs, peaks, height, width));
            float[] far = moved(peaks, height, width, 4, 0);
            assertThat(output(runs, far, height, width)).isNotEqualTo(output(runs, peaks, height, width));
        }
    }

    /** A convolution on [2, 6, 7] maps, by its arguments in the language and as numbers. */
    private record Window(String arguments, int kh, int kw, int stride, int pad, int dilation) {}

    private static final List<Window> WINDOWS = List.of(
            new Window("3, 2x3", 2, 3, 1, 0, 1),
            new Window("3, 3, pad=1", 3, 3, 1, 1, 1),
            new Window("3, 3x2, stride=2, round=floor", 3, 2, 2, 0, 1),
            new Window("3, 3, pad=2, dilation=2", 3, 3, 1, 2, 2),
            new Window("3, 2, stride=3, pad=1, dilation=3, round=floor", 2, 2, 3, 1, 3));

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void aConvolutionIsTheProductWithItsToeplitzMatrix(String backend) throws Exception {
        for (Window window : WINDOWS) {
            Runs runs =
                    Runs.of("""
                    net Toeplitz {
                      input x: f32[N, 2, 6, 7]
                      x -> conv(%s, bias=false) -> output y
                    }
                    """.formatted(window.arguments), folder.resolve("net" + WINDOWS.indexOf(window)), backend);
            Matrix toeplitz = toeplitz(window, runs.weight("conv1.weight"));
            for (int seed = 0; seed < 10; seed++) {
                float[] image = Runs.normal(new SplittableRandom(seed), 2 * 6 * 7);
                assertThat(output(runs, image))
                        .as("conv(%s), seed %d", window.arguments, seed)
                        .containsExactly(
                                toeplitz.times(new Matrix(image.length, 1, image))
                                        .values(),
                                within(1e-5f));
            }
        }
    }

    /** A row for each element of the result [3, OH, OW], a column for each of the image [2, 6, 7]. */
    private static Matrix toeplitz(Window w, float[] kernel) {
        int rows = (6 + 2 * w.pad - w.dilation * (w.kh - 1) - 1) / w.stride + 1;
        int columns = (7 + 2 * w.pad - w.dilation * (w.kw - 1) - 1) / w.stride + 1;
        Matrix matrix = new Matrix(3 * rows * columns, 2 * 6 * 7);
        for (int at = 0; at < kernel.length; at++) {
            int dx = at % w.kw;
            int dy = at / w.kw % w.kh;
            int channel = at / w.kw / w.kh % 2;
            int filter = at / w.kw / w.kh / 2;
            for (int place = 0; place < rows * columns; place++) {
                int y = place / columns * w.stride - w.pad + dy * w.dilation;
                int x = place % columns * w.stride - w.pad + dx * w.dilation;
                if (y >= 0 && y < 6 && x >= 0 && x < 7) {
                    matrix.set(filter * rows * columns + place, (channel * 6 + y) * 7 + x, kernel[at]);
                }
            }
        }
        return matrix;
    }
}
