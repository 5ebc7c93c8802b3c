package dev.striate.core.recipe;

/**
 * How long something lasts in a training run.
 *
 * @param amount how many, above 0; of steps a whole number
 * @param unit of what
 */
public record Length(double amount, Unit unit) {
    /** What is counted. */
    public enum Unit {
        /** Passes over the training set. */
        EPOCHS,
        /** Updates of the weights, one for each batch. */
        STEPS
    }

    /** Passes over the training set. */
    public static Length epochs(double amount) {
        return new Length(amount, Unit.EPOCHS);
    }

    /** Updates of the weights. */
    public static Length steps(long amount) {
        return new Length(amount, Unit.STEPS);
    }

    /**
     * The same in steps, at least 1.
     *
     * @param batches the steps of an epoch
     */
    public long inSteps(int batches) {
        return Math.max(1, Math.round(unit == Unit.STEPS ? amount : amount * batches));
    }
}
