package dev.striate.runtime.train;

/** Is told how a training run goes, in the thread that trains. */
public interface TrainingListener {
    /** After every step. */
    default void step(Progress progress) {}

    /** After every epoch. */
    default void epoch(Progress progress) {}
}
