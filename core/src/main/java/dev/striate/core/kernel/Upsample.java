package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * Enlarges feature maps {@code [N, C, H, W]} by whole factors. Pixels are squares whose centres lie at halves: place
 * {@code i} of the result lies at {@code (i + 1/2) / factor - 1/2} of the input, at least at its first and at most at its last
 * pixel (PyTorch's {@code align_corners=False}, ONNX's {@code half_pixel}).
 *
 * @param mode what is taken there
 * @param h the factor of the height
 * @param w the factor of the width
 */
public record Upsample(Mode mode, int h, int w) implements Kernel {
    /** What is taken at a place between pixels. */
    public enum Mode {
        /** The pixel that it lies on. */
        NEAREST,
        /** The mean of the two nearest along each axis, weighted by nearness. */
        BILINEAR
    }

    /** By repeating pixels. */
    public static Upsample upsample(int h, int w) {
        return new Upsample(Mode.NEAREST, h, w);
    }

    /** By interpolation. */
    public Upsample bilinear() {
        return new Upsample(Mode.BILINEAR, h, w);
    }

    /** For every row of the result what it is made of, when the input has {@code size} rows. */
    public Mix rows(int size) {
        return new Mix(mode, size, h);
    }

    /** For every column of the result what it is made of, when the input has {@code size} columns. */
    public Mix columns(int size) {
        return new Mix(mode, size, w);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Sizes x = inputs.get(0);
        Check.rank(this, x, 4);
        return Sizes.of(x.dim(0), x.dim(1), Math.multiplyExact(x.dim(2), h), Math.multiplyExact(x.dim(3), w));
    }

    /** For every place of an enlarged axis the two places of the input that it mixes. */
    public static final class Mix {
        private final int[] low;
        private final int[] high;
        private final float[] share;

        private Mix(Mode mode, int size, int factor) {
            low = new int[size * factor];
            high = new int[size * factor];
            share = new float[size * factor];
            for (int i = 0; i < low.length; i++) {
                double place = Math.clamp((i + 0.5) / factor - 0.5, 0, size - 1);
                low[i] = mode == Mode.NEAREST ? i / factor : (int) place;
                high[i] = Math.min(low[i] + 1, size - 1);
                share[i] = mode == Mode.NEAREST ? 0 : (float) (place - low[i]);
            }
        }

        /** The number of places of the enlarged axis. */
        public int size() {
            return low.length;
        }

        /** The first of the two. */
        public int low(int place) {
            return low[place];
        }

        /** The second; the first again at the end. */
        public int high(int place) {
            return high[place];
        }

        /** How much the second counts, from 0 up and below 1; the first counts for the rest. */
        public float share(int place) {
            return share[place];
        }
    }
}
