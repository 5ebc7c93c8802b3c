package dev.striate.cli;

import dev.striate.core.recipe.Checkpoint;
import dev.striate.runtime.backend.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** Writes the weights of a training run on its way, and removes the oldest of them. */
final class Checkpoints {
    private final Checkpoint settings;
    private final Weights weights;
    private final OutputFolder output;
    private final Deque<Path> kept = new ArrayDeque<>();

    Checkpoints(Checkpoint settings, Weights weights, OutputFolder output) {
        this.settings = settings;
        this.weights = weights;
        this.output = output;
    }

    /**
     * Called after every epoch, which are counted from 1.
     *
     * @throws IOException when the weights cannot be written or an old file cannot be removed
     */
    void epoch(int epoch) throws IOException {
        if (epoch % settings.every() != 0) {
            return;
        }
        kept.add(output.checkpoint(weights, String.format(Locale.ROOT, "epoch-%04d.safetensors", epoch)));
        while (kept.size() > settings.keep()) {
            Files.deleteIfExists(kept.remove());
        }
    }
}
