package dev.striate.runtime.train;

import dev.striate.core.recipe.EarlyStop;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.io.DataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a net by a recipe. The recipe's data seed decides the order of the samples, what dropout drops and what
 * transforms draw; together with the first weights it decides the last ones, bit for bit, with any number of threads.
 * Everything that a step needs is opened at the beginning of its phase; a step allocates nothing.
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
    private long steps;
    private long seen;
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
        this.backend = backend;
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
        run = open(recipe.phases().getFirst());
        averages = new Averages(run.session(0).scoreNames());
        progress = new Progress(recipe.epochs(), batches.count(), averages);
    }

    private PhaseRun open(Phase phase) throws DataException {
        return new PhaseRun(net, recipe, phase, batches, samples.train(), backend);
    }

    /**
     * Runs all epochs of all phases. Call it once.
     *
     * @throws DivergedException when a loss or metric is NaN or infinite; the weights are then those before that step
     * @throws IOException when a sample cannot be read or has a value that no loss or metric can read, such as a class
     *     out of range, or when the listener throws it
     */
    public TrainingResult fit(TrainingListener listener) throws DivergedException, IOException {
        List<Phase> phases = recipe.phases();
        for (int i = 0; i < phases.size() && !stopping && !ended; i++) {
            if (i > 0) {
                run.close();
                run = open(phases.get(i));
            }
            for (int epoch = 0; epoch < phases.get(i).epochs() && !stopping && !ended; epoch++) {
                epoch(epoch, listener);
            }
        }
        return new TrainingResult(epochs, heldOut, steps, seen, stopping && epochs.size() < recipe.epochs());
    }

    /** One epoch; {@code inPhase} is its number within the phase, from 0. */
    private void epoch(int inPhase, TrainingListener listener) throws DivergedException, IOException {
        int epoch = epochs.size();
        averages.clear();
        int done = 0;
        while (done < batches.count() && !stopping) {
            step(epoch, inPhase, done);
            progress.at(epoch + 1, ++done);
            listener.step(progress);
        }
        steps += done;
        seen += averages.samples();
        if (done == batches.count()) {
            epochs.add(averages.means());
            listener.epoch(progress);
            watch(listener);
        }
    }

    private void watch(TrainingListener listener) throws DataException {
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

    private void step(int epoch, int inPhase, int batch) throws DivergedException, DataException {
        long step = (long) epoch * batches.count() + batch;
        FedSession session = run.session(batch);
        session.session().at(recipe.data().seed(), step);
        session.run(batches, epoch, batch);
        int bad = session.addTo(averages);
        double rate = run.rate(inPhase + (double) batch / batches.count());
        if (bad >= 0) {
            throw new DivergedException(averages.names().get(bad) + " is no longer a finite number at step "
                    + (step + 1) + " (epoch " + (epoch + 1) + ", learning rate " + (float) rate
                    + "); try a smaller learning rate");
        }
        run.update(batch, rate);
    }

    @Override
    public void close() {
        run.close();
    }
}
