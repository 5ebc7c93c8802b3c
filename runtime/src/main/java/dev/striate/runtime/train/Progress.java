package dev.striate.runtime.train;

/**
 * Where a training run stands. There is one object for the whole run, which changes as the run goes on; read it within
 * the listener's methods only.
 */
public final class Progress {
    private final long steps;
    private final int batches;
    private final Averages averages;
    private long done;

    /**
     * Of a run.
     *
     * @param steps how many there will be
     * @param batches the steps of an epoch
     */
    Progress(long steps, int batches, Averages averages) {
        this.steps = steps;
        this.batches = batches;
        this.averages = averages;
    }

    /** Says how many steps are done. */
    void at(long newDone) {
        done = newDone;
    }

    /** The steps that are done, at least 1. */
    public long step() {
        return done;
    }

    /** How many steps there will be. */
    public long steps() {
        return steps;
    }

    /** The epoch of the last step, from 1. */
    public int epoch() {
        return (int) ((done - 1) / batches) + 1;
    }

    /** How many epochs there will be; the last may be only begun. */
    public int epochs() {
        return (int) Math.ceilDiv(steps, (long) batches);
    }

    /** The batches of this epoch that are done. */
    public int batch() {
        return (int) (done - (epoch() - 1L) * batches);
    }

    /** The batches of this epoch. */
    public int batches() {
        return (int) Math.min(batches, steps - (epoch() - 1L) * batches);
    }

    /** Losses and metrics of this epoch so far, in training mode. */
    public Averages averages() {
        return averages;
    }
}
