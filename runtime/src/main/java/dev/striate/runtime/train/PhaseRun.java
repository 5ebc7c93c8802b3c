package dev.striate.runtime.train;

import dev.striate.core.NetSpec;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Schedule;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.PartialTraining;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A phase of a training run: its sessions, which compute the gradients of what learns, and its optimizer. */
final class PhaseRun implements AutoCloseable {
    private final Phase phase;
    private final Weights weights;
    private final Arena arena = Arena.ofConfined();
    private final FedSessions sessions;
    private final Updates updates;
    private final States states;
    private final @Nullable Patience patience;
    private double plateau = 1;

    /**
     * Opens the sessions.
     *
     * @throws DataException when the set does not fit the net, or more memory is needed than there is or the recipe
     *     allows
     */
    PhaseRun(Net net, Recipe recipe, Phase phase, Batches batches, DataSet set, Backend backend) throws DataException {
        this.phase = phase;
        this.weights = net.weights();
        Backend partial = new PartialTraining(backend, computed(weights.spec(), phase));
        try {
            sessions = new FedSessions(n -> net.training(partial, n), batches, set, recipe.feed(), arena);
        } catch (DataException e) {
            arena.close();
            throw e;
        }
        states = States.of(weights.spec(), phase);
        updates = Updates.of(phase.optimizer(), Range.of(weights.spec().parameters(), phase), arena);
        patience = phase.schedule() instanceof Schedule.Plateau p ? new Patience(p.watch(), p.patience()) : null;
        try {
            checkBudget(recipe.limits().memory());
        } catch (DataException e) {
            close();
            throw e;
        }
    }

    /** Which gradients and new statistics are needed. */
    private static Predicate<String> computed(NetSpec spec, Phase phase) {
        Set<String> statistics = spec.parameters().stream()
                .filter(p -> !p.learned())
                .map(Parameter::name)
                .collect(Collectors.toSet());
        return path -> statistics.contains(path) ? phase.renews(path) : phase.trains(path);
    }

    private void checkBudget(long budget) throws DataException {
        long values = weights.values().byteSize();
        long needed = values + sessions.bytes() + updates.bytes();
        if (budget > 0 && needed > budget) {
            throw new DataException(String.format(
                    "training takes %s (weights %s, sessions %s, optimizer %s), more than the budget of %s; make the"
                            + " batch smaller, or raise the budget",
                    size(needed), size(values), size(sessions.bytes()), size(updates.bytes()), size(budget)));
        }
    }

    private static String size(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 0x1p20);
    }

    FedSession session(int batch) {
        return sessions.of(batch);
    }

    /**
     * The learning rate.
     *
     * @param epoch how many epochs of the phase have passed, as a fraction
     */
    double rate(double epoch) {
        return phase.optimizer().lr() * plateau * phase.schedule().factor(epoch, phase.epochs());
    }

    /** Changes the parameters by the gradients of the session that ran the batch. */
    void update(int batch, double rate) {
        MemorySegment gradients = sessions.of(batch).session().gradients();
        updates.step(weights.values(), gradients, rate);
        states.update(weights.values(), gradients);
        weights.changed();
    }

    /** Takes the losses and metrics of the held-out samples. */
    void heldOut(Map<String, Double> scores) {
        if (phase.schedule() instanceof Schedule.Plateau p
                && patience != null
                && patience.isLost(scores.getOrDefault(p.watch().metric(), Double.NaN))) {
            plateau *= p.gamma();
        }
    }

    /** Frees the memory; the second time nothing happens. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            sessions.close();
            arena.close();
        }
    }
}
