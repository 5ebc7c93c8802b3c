package dev.striate.runtime.train;

import dev.striate.core.recipe.Checkpoint;
import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.EarlyStop;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Fingerprint;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Totals;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.io.DataException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Trains a net by a recipe. The recipe's data seed decides the order of the samples, what dropout drops and what
 * transforms draw; together with the first weights it decides the last ones, bit for bit, with any number of threads, and
 * however often the run was interrupted. Everything that a step needs is opened at the beginning of its phase; a step
 * allocates nothing.
 *
 * <p>For one thread, except for {@link #stop}.
 */
public final class Trainer implements AutoCloseable {
    private final Net net;
    private final Recipe recipe;
    private final Backend backend;
    private final Samples samples;
    private final Batches batches;
    private final Averages averages;
    private final Progress progress;
    private final List<Map<String, Double>> epochs = new ArrayList<>();
    private final List<Map<String, Double>> heldOut = new ArrayList<>();
    private final @Nullable Patience patience;
    private PhaseRun run;
    private int phase;
    private long step;
    private boolean ended;
    private volatile boolean stopping;

    /**
     * Opens the sessions of the first phase.
     *
     * @param net whose weights will change
     * @param recipe how; its data source, initial weights and expectations are not looked at
     * @param samples what to learn from, as {@link Samples#of} prepares it
     * @throws DataException when the set does not fit the net or has no full batch, or the batch needs more memory than
     *     there is or the recipe allows; the message is for the user
     */
    public Trainer(Net net, Recipe recipe, Samples samples, Backend backend) throws DataException {
        this.net = net;
        this.recipe = recipe;
        this.samples = samples;
        this.backend = precise(recipe, backend);
        DataSet set = samples.train();
        int size = recipe.data().batch();
        batches =
                Batches.shuffled(set, size, recipe.data().seed(), recipe.data().dropLast());
        if (batches.count() == 0) {
            throw new DataException("a batch of " + size + " is more than the " + set.size() + " samples of "
                    + set.name() + ", and drop_last leaves nothing; make the batch smaller");
        }
        EarlyStop early = recipe.limits().early();
        patience = early == null ? null : new Patience(early.watch(), early.patience());
        run = open(0);
        averages = new Averages(run.scores());
        averages.attach(run.totals());
        progress = new Progress(recipe.steps(batches.count()), batches.count(), averages);
    }

    /** The backend in the precision of a recipe, or as it is where it has none: float32 is never less exact. */
    private static Backend precise(Recipe recipe, Backend backend) throws DataException {
        try {
            return backend.in(recipe.precision()).orElse(backend);
        } catch (IllegalStateException e) {
            throw new DataException(String.valueOf(e.getMessage()));
        }
    }

    private PhaseRun open(int number) throws DataException {
        return new PhaseRun(net, recipe, recipe.phases().get(number), batches, samples.train(), backend);
    }

    /**
     * Runs all phases, or what is left of them. Call it once.
     *
     * @throws DivergedException when a loss or metric is NaN or infinite; the weights are then those before that step
     * @throws IOException when a sample cannot be read or has a value that no loss or metric can read, such as a class
     *     out of range, or when the listener throws it
     */
    public TrainingResult fit(TrainingListener listener) throws DivergedException, IOException {
        Checkpoint checkpoint = recipe.limits().checkpoint();
        long every = checkpoint == null ? Long.MAX_VALUE : checkpoint.every().inSteps(batches.count());
        while (step < progress.steps() && !ended && !stopping) {
            if (run.isOver()) {
                settle();
                enter(phase + 1);
            }
            step();
            progress.at(step);
            listener.step(progress);
            check();
            if (step % batches.count() == 0 || step == progress.steps()) {
                epoch(listener);
            }
            if (step % every == 0) {
                settle();
                listener.checkpoint(this);
            }
        }
        settle();
        return new TrainingResult(epochs, heldOut, step, seen(), step < progress.steps() && !ended);
    }

    /** The samples of all steps so far. */
    private long seen() {
        long last = batches.size(batches.count() - 1);
        long ofEpoch = (batches.count() - 1L) * batches.size(0) + last;
        return step / batches.count() * ofEpoch + step % batches.count() * batches.size(0);
    }

    private void step() throws DivergedException, DataException {
        if (step % batches.count() == 0) {
            averages.clear();
        }
        int bad = run.step(step, averages);
        if (bad >= 0) {
            throw diverged(bad, run.rate());
        }
        step++;
    }

    /** That a loss or metric of the present step is not finite, or the gradients behind all of them. */
    private DivergedException diverged(int score, double rate) {
        List<String> names = averages.names();
        return new DivergedException((score < names.size() ? names.get(score) : "the gradient")
                + " is no longer a finite number at step " + (step + 1) + " (epoch "
                + (step / batches.count() + 1) + ", learning rate " + (float) rate
                + "); try a smaller learning rate");
    }

    /** Waits for steps that nobody waited for, and looks at them. */
    private void settle() throws DivergedException, DataException {
        averages.fetch();
        check();
    }

    /** Looks at steps that nobody waited for, as far as they were fetched. The run is then where the first bad one was. */
    private void check() throws DivergedException, DataException {
        Totals.Fault fault = averages.fault();
        if (fault == null) {
            return;
        }
        double rate = run.rate(step - fault.step());
        step = fault.step();
        if (fault.score() < 0) {
            throw new DataException(
                    samples.train().name() + ", batch " + (step % batches.count() + 1) + ": " + fault.message());
        }
        throw diverged(fault.score(), rate);
    }

    /** Goes from one phase to another. */
    private void enter(int number) throws DataException {
        averages.detach();
        MemorySegment scale = run.scale();
        run.close();
        phase = number;
        run = open(number);
        run.scale(scale);
        averages.attach(run.totals());
    }

    /** Ends an epoch. */
    private void epoch(TrainingListener listener) throws DivergedException, IOException {
        settle();
        epochs.add(averages.means());
        listener.epoch(progress);
        DataSet held = samples.heldOut();
        if (held == null) {
            return;
        }
        int batch = Math.min(recipe.data().batch(), held.size());
        Map<String, Double> scores = Evaluation.of(net, held, recipe.feed(), batch, backend);
        heldOut.add(scores);
        listener.heldOut(scores);
        run.heldOut(scores);
        EarlyStop early = recipe.limits().early();
        if (early != null && patience != null) {
            ended = patience.isLost(scores.getOrDefault(early.watch().metric(), Double.NaN));
        }
    }

    /** Asks the run to end after the step under way; from any thread. */
    public void stop() {
        stopping = true;
    }

    // ---- going on after an interruption

    /** How many steps are done. */
    public long steps() {
        return step;
    }

    /**
     * Writes all that the run needs to go on: weights, optimizers, and where it stands. The file can be read as weights,
     * too. Call it between two steps: in {@link TrainingListener#checkpoint}, or when {@link #fit} has returned.
     *
     * @throws DataException when the file cannot be written; the message is for the user
     */
    public void save(Path file) throws DataException {
        RunState state = new RunState(file, net.weights());
        state.put("seed", recipe.data().seed());
        state.put("net", Fingerprint.ofTraining(net, backend));
        state.put("recipe", fingerprint());
        state.put("step", step);
        state.put("ended", ended ? 1 : 0);
        averages.save(state);
        Scores.save("epoch.", epochs, state);
        Scores.save("held.", heldOut, state);
        if (patience != null) {
            patience.save(state, "early.");
        }
        run.save(state);
        state.write();
    }

    /**
     * Goes on where a run was interrupted. Call it before {@link #fit}. The weights are those of the file afterwards.
     *
     * @throws IOException when the file cannot be read, is damaged, or is of another net or recipe; the message is for
     *     the user
     */
    public void resume(Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            RunState state = RunState.read(file, net.weights().spec(), arena);
            if (state.whole("seed") != recipe.data().seed()) {
                throw DataException.in(
                        file,
                        "is of a run with seed " + state.whole("seed") + ", and this one has "
                                + recipe.data().seed() + "; go on with the same seed, or begin anew");
            }
            if (!state.text("net").equals(Fingerprint.ofTraining(net, backend))) {
                throw DataException.in(
                        file,
                        "is of a run with other layers, losses or metrics; go on with the net as it was, or begin anew");
            }
            if (!state.text("recipe").equals(fingerprint())) {
                throw DataException.in(
                        file,
                        "is of a run with other data, phases or settings; go on with the same recipe"
                                + " and options, or begin anew");
            }
            restore(state);
        }
    }

    private void restore(RunState state) throws DataException {
        net.weights().values().copyFrom(state.weights().values());
        net.weights().changed();
        step = state.whole("step");
        ended = state.whole("ended") == 1;
        averages.restore(state);
        Scores.restore("epoch.", epochs, state);
        Scores.restore("held.", heldOut, state);
        if (patience != null) {
            patience.restore(state, "early.");
        }
        long begin = 0;
        int number = 0;
        for (long end; number < recipe.phases().size() - 1; number++, begin = end) {
            end = begin + recipe.phases().get(number).length().inSteps(batches.count());
            if (step < end) {
                break;
            }
        }
        if (number != phase) {
            enter(number);
        }
        run.restore(state, step - begin);
    }

    /** What decides, together with the seed, how a run goes. */
    private String fingerprint() {
        Data data = recipe.data();
        String all = String.join(
                "\n",
                samples.train().name() + " " + samples.train().size() + " " + data.batch() + " " + data.holdout() + " "
                        + data.dropLast() + " " + data.sampler(),
                recipe.phases().toString(),
                recipe.training() + " " + recipe.mixup() + " " + recipe.serving(),
                new TreeMap<>(recipe.feed()).toString(),
                recipe.precision() + " " + recipe.limits().early());
        CRC32C crc = new CRC32C();
        crc.update(all.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }

    @Override
    public void close() {
        run.close();
    }
}
