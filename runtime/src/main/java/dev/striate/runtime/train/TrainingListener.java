package dev.striate.runtime.train;

import java.io.IOException;
import java.util.Map;

/** Is told how a training run goes, in the thread that trains. */
public interface TrainingListener {
    /** After every step. */
    default void step(Progress progress) {}

    /**
     * After every epoch, and at the end of a run that ends within one.
     *
     * @throws IOException when something cannot be written, which ends the run
     */
    default void epoch(Progress progress) throws IOException {}

    /** Losses and metrics of the held-out samples, after every epoch where there are such samples. */
    default void heldOut(Map<String, Double> scores) {}

    /**
     * After every step at which the recipe wants a checkpoint, when all else of the step is done.
     *
     * @param trainer whose {@link Trainer#save} writes it
     * @throws IOException when something cannot be written, which ends the run
     */
    default void checkpoint(Trainer trainer) throws IOException {}
}
