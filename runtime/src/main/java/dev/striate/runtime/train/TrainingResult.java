package dev.striate.runtime.train;

import java.util.List;
import java.util.Map;

/**
 * What a training run did.
 *
 * @param epochs for every finished epoch, each loss and metric over its samples, in training mode; the last may be a
 *     part of one
 * @param heldOut for every finished epoch, the same of the held-out samples in inference mode; empty without any
 * @param steps the updates of the weights
 * @param samples the samples seen, counted as often as they were
 * @param stopped whether {@link Trainer#stop} ended it before its time
 */
public record TrainingResult(
        List<Map<String, Double>> epochs,
        List<Map<String, Double>> heldOut,
        long steps,
        long samples,
        boolean stopped) {
    /** Copies the lists. */
    public TrainingResult {
        epochs = List.copyOf(epochs);
        heldOut = List.copyOf(heldOut);
    }
}
