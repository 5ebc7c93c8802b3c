package dev.striate.runtime.train;

import dev.striate.core.NetSpec;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Learning;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import java.lang.foreign.Arena;

/**
 * One training step after another on data that the caller puts into the session: what a {@link Trainer} does with each
 * batch, without recipe and data set. All parameters learn alike. For one thread.
 */
public final class TrainingStep implements AutoCloseable {
    private final NetSession session;
    private final Learning learning;
    private final Arena arena = Arena.ofShared(); // updates run on several threads
    private final Updates updates;
    private final States states;
    private final double rate;
    private final Runnable change = this::change;
    private final long seed;
    private long steps;

    /**
     * Opens a session that trains.
     *
     * @param net whose weights will change
     * @param seed decides what dropout drops
     * @param batch the number of samples of one step, at least 1
     * @param sizes one for each of the net's symbolic dimensions
     * @throws IllegalArgumentException when a size does not fit, or the net has no loss
     */
    public TrainingStep(Net net, Optimizer optimizer, long seed, Backend backend, int batch, int... sizes) {
        Phase all = Phase.phase(1, optimizer);
        NetSpec spec = net.weights().spec();
        this.session = net.training(backend, batch, sizes);
        this.learning = session.learning();
        this.updates = Updates.of(optimizer, learning.loops(), Range.of(spec.parameters(), all, path -> true), arena);
        this.states = States.of(spec, all, learning.loops());
        this.rate = optimizer.lr();
        this.seed = seed;
    }

    /** Where inputs and labels go, and losses and metrics of the last step are. */
    public NetSession session() {
        return session;
    }

    /** Computes the gradients of what is in the inputs, and changes the parameters and running statistics by them. */
    public void run() {
        session.at(seed, steps++);
        session.learn(change);
        learning.changed().run();
    }

    private void change() {
        updates.step(learning.weights(), learning.gradients(), rate);
        states.update(learning.weights(), learning.gradients());
    }

    /** Frees the session and the optimizer's state; the weights stay. */
    @Override
    public void close() {
        session.close();
        arena.close();
    }
}
