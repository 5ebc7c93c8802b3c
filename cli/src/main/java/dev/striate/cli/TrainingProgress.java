package dev.striate.cli;

import dev.striate.runtime.train.Averages;
import dev.striate.runtime.train.Progress;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** Shows a training run on standard error: a line for each epoch, and on a terminal a bar under way. */
final class TrainingProgress implements TrainingListener {
    private static final int BAR_WIDTH = 20;
    private static final long REFRESH_NANOS = 100_000_000;
    /** To the left end of the line, and clears it. */
    private static final String REWIND = "\r\u001b[K";

    private final Console console;
    private final Checkpoints checkpoints;
    private final long start = System.nanoTime();
    private long drawn = start;
    private long stepsBefore = -1;
    private long samplesInEpoch;
    private long samples;

    TrainingProgress(Console console, Checkpoints checkpoints) {
        this.console = console;
        this.checkpoints = checkpoints;
    }

    @Override
    public void step(Progress progress) {
        count(progress);
        long now = System.nanoTime();
        if (console.fancyErr() && now - drawn >= REFRESH_NANOS) {
            drawn = now;
            int filled = BAR_WIDTH * progress.batch() / progress.batches();
            String bar = "[" + "=".repeat(filled) + " ".repeat(BAR_WIDTH - filled) + "] ";
            console.err().print(REWIND + line(progress, bar, now));
            console.err().flush();
        }
    }

    @Override
    public void epoch(Progress progress) {
        console.err().println((console.fancyErr() ? REWIND : "") + line(progress, "", System.nanoTime()));
    }

    @Override
    public void checkpoint(Trainer trainer) throws IOException {
        checkpoints.write(trainer);
    }

    /** Counts what this process did: a run that goes on has done more. */
    private void count(Progress progress) {
        long now = progress.averages().samples();
        if (stepsBefore < 0) {
            stepsBefore = progress.step() - 1;
        } else {
            samples += now - (progress.batch() == 1 ? 0 : samplesInEpoch);
        }
        samplesInEpoch = now;
    }

    @Override
    public void heldOut(Map<String, Double> scores) {
        console.err().println("held out " + Scores.text(scores));
    }

    /** Ends a bar that is under way, so that a message can follow. */
    void interrupt() {
        if (console.fancyErr()) {
            console.err().print(REWIND);
        }
    }

    private String line(Progress p, String bar, long now) {
        Averages averages = p.averages();
        double seconds = Math.max(1e-9, (now - start) / 1e9);
        double remaining = (double) (p.steps() - p.step()) / (p.step() - stepsBefore) * seconds;
        int digits = Integer.toString(p.epochs()).length();
        return String.format(
                Locale.ROOT,
                "epoch %" + digits + "d/%d %s%s  %.0f images/s%s",
                p.epoch(),
                p.epochs(),
                bar,
                Scores.text(averages.means()),
                samples / seconds,
                p.step() < p.steps() ? "  " + left(remaining) + " left" : "");
    }

    private static String left(double seconds) {
        long s = Math.round(seconds);
        return s < 3600
                ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    }
}
