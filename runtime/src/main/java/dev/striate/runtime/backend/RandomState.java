package dev.striate.runtime.backend;

/** What randomness depends on besides the layer and the element: the seed of the run and the training step. */
public final class RandomState {
    private long seed;
    private long step;

    RandomState() {}

    void set(long newSeed, long newStep) {
        seed = newSeed;
        step = newStep;
    }

    /** The seed of the run; 0 unless set. */
    public long seed() {
        return seed;
    }

    /** The number of the training step; 0 unless set. */
    public long step() {
        return step;
    }
}
