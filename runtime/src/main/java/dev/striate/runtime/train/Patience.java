package dev.striate.runtime.train;

import dev.striate.core.recipe.Watch;
import dev.striate.runtime.io.DataException;

/** Counts for how many epochs a loss or metric has not got better. */
final class Patience {
    private final Watch watch;
    private final int epochs;
    private double best = Double.NaN;
    private int waited;

    /** Loses itself after so many epochs without a better value. */
    Patience(Watch watch, int epochs) {
        this.watch = watch;
        this.epochs = epochs;
    }

    /** Takes the value of another epoch; true when patience is lost, and then it begins anew. */
    boolean isLost(double value) {
        if (watch.improves(value, best)) {
            best = value;
            waited = 0;
        } else {
            waited++;
        }
        boolean lost = waited == epochs;
        waited = lost ? 0 : waited;
        return lost;
    }

    /** Adds what it has seen to the state of a run. */
    void save(RunState run, String prefix) {
        run.put(prefix + "best", best);
        run.put(prefix + "waited", waited);
    }

    /**
     * Takes over what was seen.
     *
     * @throws DataException when the run has no such rule
     */
    void restore(RunState run, String prefix) throws DataException {
        best = run.number(prefix + "best");
        waited = (int) run.whole(prefix + "waited");
    }
}
