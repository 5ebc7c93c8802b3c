package dev.striate.core.recipe;

/**
 * A loss or metric of the samples that are held out of training, measured after every epoch.
 *
 * @param metric its name
 * @param least whether smaller is better
 */
public record Watch(String metric, boolean least) {
    /** Whether {@code value} is better than {@code best}; everything is better than NaN. */
    public boolean improves(double value, double best) {
        return Double.isNaN(best) || (least ? value < best : value > best);
    }
}
