package dev.striate.runtime.train;

import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Schedule;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Output;
import dev.striate.runtime.backend.Totals;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A phase of a training run, on every device that shares its batches. */
final class PhaseRun implements AutoCloseable {
    private final Phase phase;
    private final long length;
    private final Batches batches;
    private final Weights weights;
    private final List<Replica> replicas = new ArrayList<>();
    private final Crew crew;
    private final @Nullable Patience patience;
    private double plateau = 1;
    private long done;

    /**
     * Opens the sessions.
     *
     * @throws DataException when the set does not fit the net, the batch cannot be shared, or more memory is needed than there is or
     *     the recipe allows
     */
    PhaseRun(Net net, Recipe recipe, Phase phase, Batches batches, DataSet set, Backend backend) throws DataException {
        this.phase = phase;
        this.length = phase.length().inSteps(batches.count());
        this.batches = batches;
        this.weights = net.weights();
        this.patience = phase.schedule() instanceof Schedule.Plateau p ? new Patience(p.watch(), p.patience()) : null;
        int devices = backend.devices();
        checkShares(recipe.data().batch(), devices);
        this.crew = new Crew(devices);
        try {
            for (int i = 0; i < devices; i++) {
                replicas.add(new Replica(net, recipe, phase, batches, set, backend, i));
            }
            checkBudget(recipe.limits().memory());
        } catch (DataException | RuntimeException | OutOfMemoryError e) {
            close();
            throw e;
        }
    }

    private static void checkShares(int batch, int devices) throws DataException {
        if (batch % devices != 0) {
            throw new DataException(String.format(
                    "a batch of %d cannot be shared equally by %d devices; make it a multiple of %d",
                    batch, devices, devices));
        }
    }

    /** What one device needs. */
    private void checkBudget(long budget) throws DataException {
        Replica first = replicas.getFirst(); // no other has more samples, apart from those of a smaller last batch
        long values = Tensor.ELEMENT * weights.spec().count();
        long needed = values + first.ofSessions() + first.ofOptimizers() + first.ofMixup();
        if (budget > 0 && needed > budget) {
            throw new DataException(String.format(
                    "training takes %s (weights %s, sessions %s, optimizer %s), more than the budget of %s; make the"
                            + " batch smaller, or raise the budget",
                    size(needed), size(values), size(first.ofSessions()), size(first.ofOptimizers()), size(budget)));
        }
    }

    private static String size(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 0x1p20);
    }

    /** The losses and metrics, in the order of the source. */
    List<Output> scores() {
        return replicas.getFirst().scores();
    }

    /** Whether all steps of the phase are done. */
    boolean isOver() {
        return done == length;
    }

    /** The learning rate of the next step, of what has no optimizer of its own. */
    double rate() {
        return rate(0);
    }

    /** The learning rate that a step had so many steps before the next, within the phase. */
    double rate(long ago) {
        return phase.optimizer().lr() * factor(done - ago);
    }

    private double factor(long step) {
        return plateau * phase.schedule().factor(step, length, batches.count());
    }

    /** What losses and metrics come to in runs that nobody waits for, where there are such. */
    List<Totals> totals() {
        return replicas.stream().flatMap(r -> r.totals().stream()).toList();
    }

    /**
     * Learns from one batch: computes its gradients, and changes the parameters by them, unless something is not finite.
     *
     * @param step the number of the step in the whole run, from 0
     * @return the position of the first loss or metric that is not a finite number; or -1, also when nobody knows yet
     * @throws DataException when a sample cannot be read or has a value that no loss or metric can read
     */
    int step(long step, Averages averages) throws DataException {
        averages.count(batches.size((int) (step % batches.count())));
        for (int i = 0; i < replicas.size(); i++) {
            replicas.get(i).read(step);
        }
        int bad = learn(step, factor(done), averages);
        if (bad < 0) {
            for (int i = 0; i < replicas.size(); i++) {
                replicas.get(i).changed();
            }
            done++;
        }
        return bad;
    }

    private int learn(long step, double factor, Averages averages) throws DataException {
        if (replicas.size() == 1) {
            return replicas.getFirst().learn(step, factor, averages);
        }
        for (int i = 0; i < replicas.size(); i++) {
            Replica replica = replicas.get(i);
            crew.begin(i, () -> replica.learn(step, factor, averages)); // nobody waits for it, so nothing is known yet
        }
        crew.join();
        return -1;
    }

    /** Takes the losses and metrics of the held-out samples. */
    void heldOut(Map<String, Double> scores) {
        if (phase.schedule() instanceof Schedule.Plateau p
                && patience != null
                && patience.isLost(scores.getOrDefault(p.watch().metric(), Double.NaN))) {
            plateau *= p.gamma();
        }
    }

    /** How the gradients are scaled on every device, in Java's memory; see {@link dev.striate.runtime.backend.UpdateLoops#scale}. */
    MemorySegment scale() {
        return replicas.getFirst().scale();
    }

    /** Goes on with the scale of another phase. */
    void scale(MemorySegment numbers) {
        replicas.forEach(replica -> replica.scale(numbers));
    }

    /** Adds what the phase has come to. */
    void save(RunState run) {
        run.put("plateau", plateau);
        replicas.getFirst().save(run); // all have the same
        if (patience != null) {
            patience.save(run, "plateau.");
        }
    }

    /**
     * Goes on where a run was.
     *
     * @param steps how many steps of the phase it had done
     * @throws DataException when the run is of another recipe
     */
    void restore(RunState run, long steps) throws DataException {
        done = steps;
        for (Replica replica : replicas) {
            replica.restoreScale(run);
        }
        if (steps == 0) {
            return; // what the file has is of the phase before
        }
        plateau = run.number("plateau");
        for (Replica replica : replicas) {
            replica.restore(run, steps);
        }
        if (patience != null) {
            patience.restore(run, "plateau.");
        }
    }

    /** Frees the memory; the second time nothing happens. */
    @Override
    public void close() {
        closeFrom(0);
    }

    /** Frees what is left of them also when one fails: a device that is lost says so at each call. */
    private void closeFrom(int replica) {
        if (replica == replicas.size()) {
            crew.close();
            return;
        }
        try {
            replicas.get(replica).close();
        } finally {
            closeFrom(replica + 1);
        }
    }
}
