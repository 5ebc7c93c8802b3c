package dev.striate.runtime.train;

/**
 * Where a training run stands. There is one object for the whole run, which changes as the run goes on; read it within
 * the listener's methods only.
 */
public final class Progress {
    private final int epochs;
    private final int batches;
    private final Averages averages;
    private int epoch;
    private int batch;

    Progress(int epochs, int batches, Averages averages) {
        this.epochs = epochs;
        this.batches = batches;
        this.averages = averages;
    }

    void at(int newEpoch, int newBatch) {
        epoch = newEpoch;
        batch = newBatch;
    }

    /** The epoch under way, from 1. */
    public int epoch() {
        return epoch;
    }

    /** How many epochs there will be. */
    public int epochs() {
        return epochs;
    }

    /** The batches of this epoch that are done. */
    public int batch() {
        return batch;
    }

    /** The batches of an epoch. */
    public int batches() {
        return batches;
    }

    /** Losses and metrics of this epoch so far, in training mode. */
    public Averages averages() {
        return averages;
    }
}
