package dev.striate.runtime.train;

import dev.striate.core.NetSpec;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.OwnOptimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Learning;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Output;
import dev.striate.runtime.backend.PartialTraining;
import dev.striate.runtime.backend.Totals;
import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one device has of a phase: sessions for its part of every batch, and optimizers. All devices make the same of the weights,
 * because each gets the gradients of whole batches.
 */
final class Replica implements AutoCloseable {
    /**
     * An optimizer at work.
     *
     * @param name what its state is called in a checkpoint
     */
    private record Learner(String name, double lr, Updates updates) {}

    /** What the scale of the gradients is called in a checkpoint. */
    private static final String SCALE = "gradients:scale";

    private final long seed;
    private final Batches batches;
    private final Arena arena = Arena.ofShared(); // updates run on several threads
    private final FedSessions sessions;
    private final UpdateLoops loops;
    private final List<Learner> learners;
    private final States states;
    private final @Nullable Mixup mixup;
    private final List<Totals> totals;
    private final Runnable updates = this::update;
    /** What the present step changes. */
    private Learning learning;
    /** What its learning rates are multiplied by. */
    private double factor;

    /**
     * Opens the sessions.
     *
     * @param device the number of the backend's device
     * @throws DataException when the set does not fit the net, or more memory is needed than there is
     */
    Replica(Net net, Recipe recipe, Phase phase, Batches batches, DataSet set, Backend backend, int device)
            throws DataException {
        this.seed = recipe.data().seed();
        this.batches = batches;
        NetSpec spec = net.weights().spec();
        Backend partial = new PartialTraining(backend, computed(spec, phase));
        try {
            sessions = new FedSessions(
                    net::training,
                    size -> partial.part(device, size),
                    recipe.mixup() != 0,
                    batches,
                    set,
                    recipe.feed(),
                    arena);
        } catch (DataException | RuntimeException | OutOfMemoryError e) {
            arena.close();
            throw e;
        }
        try {
            learning = learning(0);
            loops = learning.loops();
            states = States.of(spec, phase, loops);
            learners = learners(spec, phase, loops, arena);
            mixup = recipe.mixup() == 0 ? null : new Mixup(recipe.mixup(), seed, spec.count(), loops, arena);
            sessions.augment();
            if (mixup != null) {
                sessions.blend(mixup.first());
            }
            totals = sessions.runAhead(false);
        } catch (DataException | RuntimeException e) {
            close();
            throw e;
        } catch (OutOfMemoryError e) {
            close();
            throw sessions.tooMuch(e, "the optimizer's state and the inputs of the next step need");
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

    /** The memory of the sessions, in bytes. */
    long ofSessions() {
        return sessions.bytes();
    }

    /** The memory of the optimizers, in bytes. */
    long ofOptimizers() {
        return learners.stream().mapToLong(l -> l.updates().bytes()).sum();
    }

    /** The memory that blending samples takes besides, in bytes. */
    long ofMixup() {
        return mixup == null ? 0 : mixup.bytes();
    }

    /** The losses and metrics, in the order of the source. */
    List<Output> scores() {
        return sessions.of(0).scores();
    }

    /** What losses and metrics come to in runs that nobody waits for, where there are such. */
    List<Totals> totals() {
        return totals;
    }

    private int batch(long step) {
        return (int) (step % batches.count());
    }

    /** Reads what a step needs. */
    void read(long step) throws DataException {
        FedSession session = sessions.of(batch(step));
        session.session().at(seed, step);
        session.fill(batches, step / batches.count(), batch(step));
    }

    /**
     * Computes the gradients of what was read, and changes the parameters by them, unless something is not finite.
     *
     * @param ofRate what learning rates are multiplied by
     * @return the position of the first loss or metric that is not a finite number; or -1, also when nobody knows yet
     */
    int learn(long step, double ofRate, Averages averages) throws DataException {
        learning = learning(step);
        factor = ofRate;
        FedSession session = sessions.of(batch(step));
        return mixup == null
                ? session.learn(batch(step), averages, updates)
                : mixup.learn(session, batch(step), step, averages, updates);
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

    private Learning learning(long step) {
        return sessions.of(batch(step)).session().learning();
    }

    private void update() {
        if (mixup != null) {
            mixup.blend(learning);
        }
        for (int i = 0; i < learners.size(); i++) {
            Learner learner = learners.get(i);
            learner.updates().step(learning.weights(), learning.gradients(), learner.lr() * factor);
        }
        states.update(learning.weights(), learning.gradients());
    }

    /** Says that the parameters were changed: of all devices, one after the other. */
    void changed() {
        learning.changed().run();
    }

    /** Adds the optimizers' state and the scale of the gradients to the state of a run. */
    void save(RunState run) {
        run.put(SCALE, scale());
        learners.forEach(l -> l.updates().save(run, l.name() + ":"));
    }

    /** Takes over the scale of the gradients, which may have been saved where they are not scaled. */
    void restoreScale(RunState run) throws DataException {
        long bytes = loops.scale().byteSize();
        if (bytes > 0 && run.has(SCALE)) {
            scale(run.numbers(SCALE, bytes));
        }
    }

    /**
     * Takes over the optimizers' state.
     *
     * @param steps how many steps of the phase were done
     */
    void restore(RunState run, long steps) throws DataException {
        for (Learner learner : learners) {
            learner.updates().restore(run, learner.name() + ":", steps);
        }
    }

    /** Frees the memory; the second time nothing happens. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            try {
                sessions.close();
            } finally {
                arena.close();
            }
        }
    }
}
