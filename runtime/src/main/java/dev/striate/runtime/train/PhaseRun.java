package dev.striate.runtime.train;

import dev.striate.core.NetSpec;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.OwnOptimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Schedule;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Learning;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Output;
import dev.striate.runtime.backend.PartialTraining;
import dev.striate.runtime.backend.Totals;
import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A phase of a training run: its sessions, which compute the gradients of what learns, and its optimizers. */
final class PhaseRun implements AutoCloseable {
    /**
     * An optimizer at work.
     *
     * @param name what its state is called in a checkpoint
     */
    private record Learner(String name, double lr, Updates updates) {}

    /** What the scale of the gradients is called in a checkpoint. */
    private static final String SCALE = "gradients:scale";

    private final Phase phase;
    private final long seed;
    private final long length;
    private final Batches batches;
    private final Weights weights;
    private final Arena arena = Arena.ofShared(); // updates run on several threads
    private final FedSessions sessions;
    private final UpdateLoops loops;
    private final List<Learner> learners;
    private final States states;
    private final @Nullable Mixup mixup;
    private final @Nullable Patience patience;
    private final List<Totals> totals;
    private double plateau = 1;
    private long done;

    /**
     * Opens the sessions.
     *
     * @throws DataException when the set does not fit the net, or more memory is needed than there is or the recipe
     *     allows
     */
    PhaseRun(Net net, Recipe recipe, Phase phase, Batches batches, DataSet set, Backend backend) throws DataException {
        this.phase = phase;
        this.seed = recipe.data().seed();
        this.length = phase.length().inSteps(batches.count());
        this.batches = batches;
        this.weights = net.weights();
        Backend partial = new PartialTraining(backend, computed(weights.spec(), phase));
        try {
            sessions = new FedSessions(n -> net.training(partial, n), batches, set, recipe.feed(), arena);
        } catch (DataException e) {
            arena.close();
            throw e;
        }
        loops = sessions.of(0).session().learning().loops();
        try {
            states = States.of(weights.spec(), phase, loops);
            learners = learners(weights.spec(), phase, loops, arena);
            mixup = recipe.mixup() == 0
                    ? null
                    : new Mixup(recipe.mixup(), seed, weights.spec().count(), loops, arena);
            totals = mixup == null ? sessions.runAhead() : List.of();
        } catch (OutOfMemoryError e) {
            close();
            throw new DataException(
                    "there is not enough memory for the optimizer and further inputs beside the sessions ("
                            + e.getMessage() + "); choose a smaller batch, or an optimizer with less state");
        }
        patience = phase.schedule() instanceof Schedule.Plateau p ? new Patience(p.watch(), p.patience()) : null;
        try {
            checkBudget(recipe.limits().memory());
        } catch (DataException e) {
            close();
            throw e;
        }
    }

    /** The optimizer of all that has no other, and those of single objectives. */
    private static List<Learner> learners(NetSpec spec, Phase phase, UpdateLoops loops, Arena arena) {
        List<Learner> all = new ArrayList<>();
        Predicate<String> rest = path -> phase.own().stream().noneMatch(o -> o.updates(path));
        all.add(learner("optimizer", phase.optimizer(), Range.of(spec.parameters(), phase, rest), loops, arena));
        for (OwnOptimizer own : phase.own()) {
            List<Range> ranges = Range.of(spec.parameters(), phase, own::updates);
            all.add(learner("optimizer of " + own.objective(), own.optimizer(), ranges, loops, arena));
        }
        return all;
    }

    private static Learner learner(
            String name, Optimizer optimizer, List<Range> ranges, UpdateLoops loops, Arena arena) {
        return new Learner(name, optimizer.lr(), Updates.of(optimizer, loops, ranges, arena));
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
        long values = Tensor.ELEMENT * weights.spec().count();
        long optimizers = learners.stream().mapToLong(l -> l.updates().bytes()).sum();
        long needed = values + sessions.bytes() + optimizers + (mixup == null ? 0 : mixup.bytes());
        if (budget > 0 && needed > budget) {
            throw new DataException(String.format(
                    "training takes %s (weights %s, sessions %s, optimizer %s), more than the budget of %s; make the"
                            + " batch smaller, or raise the budget",
                    size(needed), size(values), size(sessions.bytes()), size(optimizers), size(budget)));
        }
    }

    private static String size(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 0x1p20);
    }

    /** The losses and metrics, in the order of the source. */
    List<Output> scores() {
        return sessions.of(0).scores();
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
        return totals;
    }

    /**
     * Computes the gradients of one batch.
     *
     * @param step the number of the step in the whole run, from 0
     * @return the position of the first loss or metric that is not a finite number; their number when all are, and gradients are not, however
     *     they are scaled; or -1
     * @throws DataException when a sample cannot be read or has a value that no loss or metric can read
     */
    int gradients(long step, Averages averages) throws DataException {
        int batch = (int) (step % batches.count());
        FedSession session = sessions.of(batch);
        session.session().at(seed, step);
        session.fill(batches, step / batches.count(), batch);
        averages.count(session.size());
        if (mixup != null) {
            int bad = mixup.run(session, batch, step, averages);
            return bad < 0 && isLost(scale()) ? session.scores().size() : bad;
        }
        return session.learn(batch, averages);
    }

    /** Changes the parameters by the gradients of that step. */
    void update(long step) {
        Learning learning =
                sessions.of((int) (step % batches.count())).session().learning();
        double factor = factor(done);
        for (int i = 0; i < learners.size(); i++) {
            Learner learner = learners.get(i);
            learner.updates().step(learning.weights(), learning.gradients(), learner.lr() * factor);
        }
        states.update(learning.weights(), learning.gradients());
        learning.changed().run();
        done++;
    }

    /** Takes the losses and metrics of the held-out samples. */
    void heldOut(Map<String, Double> scores) {
        if (phase.schedule() instanceof Schedule.Plateau p
                && patience != null
                && patience.isLost(scores.getOrDefault(p.watch().metric(), Double.NaN))) {
            plateau *= p.gamma();
        }
    }

    /** How the gradients are scaled, in Java's memory; see {@link UpdateLoops#scale}. */
    MemorySegment scale() {
        return loops.read(loops.scale());
    }

    /** Goes on with the scale of another phase. */
    void scale(MemorySegment numbers) {
        if (numbers.byteSize() > 0) {
            loops.write(numbers, loops.scale());
        }
    }

    /** Whether gradients are not finite though they are not even scaled up any more. */
    private static boolean isLost(MemorySegment scale) {
        return scale.byteSize() > 0
                && scale.getAtIndex(ValueLayout.JAVA_FLOAT, 0) < 1
                && scale.getAtIndex(ValueLayout.JAVA_FLOAT, 2) != 0;
    }

    /** Adds what the phase has come to. */
    void save(RunState run) {
        run.put("plateau", plateau);
        run.put(SCALE, scale());
        learners.forEach(l -> l.updates().save(run, l.name() + ":"));
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
        long scale = loops.scale().byteSize();
        if (scale > 0 && run.has(SCALE)) { // it may have been saved where gradients are not scaled
            scale(run.numbers(SCALE, scale));
        }
        if (steps == 0) {
            return; // what the file has is of the phase before
        }
        plateau = run.number("plateau");
        for (Learner learner : learners) {
            learner.updates().restore(run, learner.name() + ":", steps);
        }
        if (patience != null) {
            patience.restore(run, "plateau.");
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
