package dev.striate.runtime.train;

import java.io.IOException;
import java.util.Map;

/** Is told how a training run goes, in the thread that trains. */
public interface TrainingListener {
    /** After every step. */
    default void step(Progress progress) {}

    /**
     * After every epoch.
     *
     * @throws IOException when something cannot be written, which ends the run
     */
    default void epoch(Progress progress) throws IOException {}

    /** Losses and metrics of the held-out samples, after every epoch where there are such samples. */
    default void heldOut(Map<String, Double> scores) {}
}
