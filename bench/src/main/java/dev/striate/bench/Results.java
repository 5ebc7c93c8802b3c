package dev.striate.bench;

import java.util.List;

/** Arrays of floats that contestants computed. */
final class Results {
    /** What we report as different: relative to the largest output. */
    private static final double SAME = 1e-4;

    private Results() {}

    /** Whether a distance is so small that it need not be reported; one that is NaN is not. */
    static boolean isSame(double distance) {
        return distance <= SAME;
    }

    /** One after the other. */
    static float[] join(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /**
     * The largest difference, relative to the largest number of {@code expected}; infinite where one has NaN and the
     * other not, or another length; NaN where both have it in the same place.
     */
    static double distance(float[] actual, float[] expected) {
        if (actual.length != expected.length) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = Float.MIN_NORMAL;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            if (Float.isNaN(actual[i]) != Float.isNaN(expected[i])) {
                return Double.POSITIVE_INFINITY;
            }
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs((double) actual[i] - expected[i]));
        }
        return difference / largest;
    }
}
