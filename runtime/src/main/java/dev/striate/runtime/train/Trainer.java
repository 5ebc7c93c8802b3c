package dev.striate.runtime.train;

import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Trains a net by a recipe. The recipe's data seed decides the order of the samples and what dropout drops; together
 * with the first weights it decides the last ones, bit for bit, with any number of threads. Everything that a step needs
 * is opened before the first; a step allocates nothing.
 *
 * <p>For one thread, except for {@link #stop}.
 */
public final class Trainer implements AutoCloseable {
    private final Recipe recipe;
    private final Weights weights;
    private final Batches batches;
    private final Arena arena;
    private final FedSessions sessions;
    private final Sgd optimizer;
    private final States states;
    private final Averages averages;
    private final Progress progress;
    private volatile boolean stopping;

    /**
     * Opens the sessions of a training run.
     *
     * @param net whose weights will change
     * @param recipe how; its data source and expectations are not looked at
     * @param set the training set
     * @throws DataException when the set does not fit the net or has no full batch, or the batch needs more memory than
     *     there is; the message is for the user
     */
    public Trainer(Net net, Recipe recipe, DataSet set, Backend backend) throws DataException {
        this.recipe = recipe;
        weights = net.weights();
        int size = recipe.data().batch();
        batches =
                Batches.shuffled(set, size, recipe.data().seed(), recipe.data().dropLast());
        if (batches.count() == 0) {
            throw new DataException("a batch of " + size + " is more than the " + set.size() + " samples of "
                    + set.name() + ", and drop_last leaves nothing; make the batch smaller");
        }
        arena = Arena.ofConfined();
        try {
            sessions = new FedSessions(n -> net.training(backend, n), batches, set, recipe.feed(), arena);
        } catch (DataException e) {
            arena.close();
            throw e;
        }
        optimizer = switch (recipe.optimizer()) {
            case Optimizer.Sgd sgd -> new Sgd(sgd, weights.spec().count(), arena);
        };
        states = States.of(weights.spec());
        averages = new Averages(sessions.of(0).scoreNames());
        progress = new Progress(recipe.epochs(), batches.count(), averages);
    }

    /**
     * Runs all epochs. Call it once.
     *
     * @throws DivergedException when a loss or metric is NaN or infinite; the weights are then those before that step
     * @throws DataException when a sample has a value that no loss or metric can read, such as a class out of range
     */
    public TrainingResult fit(TrainingListener listener) throws DivergedException, DataException {
        List<Map<String, Double>> epochs = new ArrayList<>();
        long steps = 0;
        long samples = 0;
        for (int epoch = 0; epoch < recipe.epochs() && !stopping; epoch++) {
            averages.clear();
            int done = 0;
            while (done < batches.count() && !stopping) {
                step(epoch, done);
                progress.at(epoch + 1, ++done);
                listener.step(progress);
            }
            steps += done;
            samples += averages.samples();
            if (done == batches.count()) {
                epochs.add(averages.means());
                listener.epoch(progress);
            }
        }
        return new TrainingResult(epochs, steps, samples, epochs.size() < recipe.epochs());
    }

    /** Asks the run to end after the step under way; from any thread. */
    public void stop() {
        stopping = true;
    }

    private void step(int epoch, int batch) throws DivergedException, DataException {
        long step = (long) epoch * batches.count() + batch;
        FedSession session = sessions.of(batch);
        session.session().at(recipe.data().seed(), step);
        session.run(batches, epoch, batch);
        int bad = session.addTo(averages);
        double rate =
                recipe.optimizer().lr() * recipe.schedule().factor((double) step / batches.count(), recipe.epochs());
        if (bad >= 0) {
            throw new DivergedException(averages.names().get(bad) + " is no longer a finite number at step "
                    + (step + 1) + " (epoch " + (epoch + 1) + ", learning rate " + (float) rate
                    + "); try a smaller learning rate");
        }
        optimizer.update(weights.values(), session.session().gradients(), rate);
        states.update(weights.values(), session.session().gradients());
    }

    @Override
    public void close() {
        sessions.close();
        arena.close();
    }
}
