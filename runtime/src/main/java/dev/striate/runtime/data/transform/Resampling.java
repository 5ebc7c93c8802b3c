package dev.striate.runtime.data.transform;

/**
 * How one axis changes its length: every new element is a weighted mean of neighbouring old ones. It averages over areas
 * where the axis shrinks, and interpolates linearly between centres where it grows. Its memory is used again for the
 * next lengths.
 */
public final class Resampling {
    private int from = -1;
    private int to = -1;
    /** Per new element, the first old element that it is made of. */
    private int[] first = {};
    /** Per new element, the weights of that and the following old ones, {@code taps} each; their sum is 1. */
    private float[] weights = {};

    private int taps;

    /** For no lengths yet. */
    public Resampling() {}

    /** Changes the length {@code from} to {@code to}, both at least 1. */
    public void between(int oldLength, int newLength) {
        if (oldLength == from && newLength == to) {
            return;
        }
        from = oldLength;
        to = newLength;
        taps = to <= from ? Math.ceilDiv(from, to) + 1 : 2;
        if (first.length < to) {
            first = new int[to];
        }
        if (weights.length < to * taps) {
            weights = new float[to * taps];
        }
        for (int i = 0; i < to; i++) {
            if (to <= from) {
                average(i);
            } else {
                interpolate(i);
            }
        }
    }

    /** New element {@code i} covers the old ones from {@code i * from / to} to {@code (i + 1) * from / to}. */
    private void average(int i) {
        long begin = (long) i * from;
        long end = begin + from;
        first[i] = (int) (begin / to);
        for (int k = 0; k < taps; k++) {
            long left = (long) (first[i] + k) * to;
            long covered = Math.min(end, left + to) - Math.max(begin, left);
            weights[i * taps + k] = Math.max(0, covered) / (float) from;
        }
    }

    private void interpolate(int i) {
        double centre = Math.clamp((i + 0.5) * from / to - 0.5, 0, from - 1);
        first[i] = (int) centre;
        float right = (float) (centre - first[i]);
        weights[i * taps] = 1 - right;
        weights[i * taps + 1] = right;
    }

    /**
     * Applies it to the middle axis.
     *
     * @param values [outer, from, inner]
     * @param result [outer, to, inner]
     */
    public void apply(float[] values, int outer, int inner, float[] result) {
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < to; i++) {
                int target = (o * to + i) * inner;
                int last = Math.min(taps, from - first[i]);
                for (int x = 0; x < inner; x++) {
                    float sum = 0;
                    for (int k = 0; k < last; k++) {
                        sum += weights[i * taps + k] * values[(o * from + first[i] + k) * inner + x];
                    }
                    result[target + x] = sum;
                }
            }
        }
    }

    /** The old element nearest to the centre of a new one, for class indices. */
    static int nearest(int i, int from, int to) {
        return (int) ((2L * i + 1) * from / (2L * to));
    }
}
