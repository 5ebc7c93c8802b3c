package dev.striate.runtime.data;

/** How one axis changes its length: every new element is a weighted mean of neighbouring old ones. */
final class Resampling {
    private final int from;
    /** Per new element, the first old element that it is made of. */
    private final int[] first;
    /** Per new element, the weights of that and the following old ones; their sum is 1. */
    private final float[][] weights;

    private Resampling(int from, int[] first, float[][] weights) {
        this.from = from;
        this.first = first;
        this.weights = weights;
    }

    /** Averages over areas where the axis shrinks, and interpolates linearly where it grows. */
    static Resampling of(int from, int to) {
        int[] first = new int[to];
        float[][] weights = new float[to][];
        for (int i = 0; i < to; i++) {
            if (to <= from) {
                average(i, from, to, first, weights);
            } else {
                interpolate(i, from, to, first, weights);
            }
        }
        return new Resampling(from, first, weights);
    }

    /** New element {@code i} covers the old ones from {@code i * from / to} to {@code (i + 1) * from / to}. */
    private static void average(int i, int from, int to, int[] first, float[][] weights) {
        long begin = (long) i * from;
        long end = begin + from;
        first[i] = (int) (begin / to);
        weights[i] = new float[(int) Math.ceilDiv(end, (long) to) - first[i]];
        for (int k = 0; k < weights[i].length; k++) {
            long left = (long) (first[i] + k) * to;
            weights[i][k] = (float) (Math.min(end, left + to) - Math.max(begin, left)) / from;
        }
    }

    private static void interpolate(int i, int from, int to, int[] first, float[][] weights) {
        double centre = Math.clamp((i + 0.5) * from / to - 0.5, 0, from - 1);
        first[i] = (int) centre;
        float right = (float) (centre - first[i]);
        weights[i] = right == 0 ? new float[] {1} : new float[] {1 - right, right};
    }

    /**
     * Applies it to the middle axis of {@code values} [outer, from, inner].
     *
     * @return [outer, to, inner]
     */
    float[] apply(float[] values, int outer, int inner) {
        int to = first.length;
        float[] result = new float[Math.multiplyExact(Math.multiplyExact(outer, to), inner)];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < to; i++) {
                int target = (o * to + i) * inner;
                for (int k = 0; k < weights[i].length; k++) {
                    int source = (o * from + first[i] + k) * inner;
                    for (int x = 0; x < inner; x++) {
                        result[target + x] += weights[i][k] * values[source + x];
                    }
                }
            }
        }
        return result;
    }
}
