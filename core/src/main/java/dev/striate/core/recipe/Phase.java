package dev.striate.core.recipe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A part of a training run. The optimizers begin at rest in every phase, and the schedule begins anew.
 *
 * @param name what reports call it; empty for the only phase of a recipe
 * @param length how long it lasts
 * @param optimizer how gradients change the parameters
 * @param own optimizers of single objectives, in place of the other for the parameters that these update
 * @param schedule how the learning rates change within the phase
 * @param groups parameters that learn differently
 * @param frozen parameters that do not learn
 */
public record Phase(
        String name,
        Length length,
        Optimizer optimizer,
        List<OwnOptimizer> own,
        Schedule schedule,
        List<Group> groups,
        List<Freeze> frozen) {
    /** Copies the lists. */
    public Phase {
        own = List.copyOf(own);
        groups = List.copyOf(groups);
        frozen = List.copyOf(frozen);
    }

    /** The only phase of a recipe, in which all parameters learn alike and at a constant rate. */
    public static Phase phase(int epochs, Optimizer optimizer) {
        return phase("", Length.epochs(epochs), optimizer);
    }

    /** The only phase of a recipe; see {@link #phase(int, Optimizer)}. */
    public static Phase phase(Length length, Optimizer optimizer) {
        return phase("", length, optimizer);
    }

    /** A phase in which all parameters learn alike and at a constant rate. */
    public static Phase phase(String name, int epochs, Optimizer optimizer) {
        return phase(name, Length.epochs(epochs), optimizer);
    }

    /** A phase in which all parameters learn alike and at a constant rate. */
    public static Phase phase(String name, Length length, Optimizer optimizer) {
        return new Phase(name, length, optimizer, List.of(), Schedule.constant(), List.of(), List.of());
    }

    /** With a schedule. */
    public Phase schedule(Schedule value) {
        return new Phase(name, length, optimizer, own, value, groups, frozen);
    }

    /** With another length. */
    public Phase epochs(int value) {
        return new Phase(name, Length.epochs(value), optimizer, own, schedule, groups, frozen);
    }

    /** With another optimizer for what has none of its own. */
    public Phase optimizer(Optimizer value) {
        return new Phase(name, length, value, own, schedule, groups, frozen);
    }

    /** With an optimizer of its own for an objective, which updates the parameters that the globs mean. */
    public Phase own(String objective, Optimizer value, String... globs) {
        List<OwnOptimizer> all = new ArrayList<>(own);
        all.add(new OwnOptimizer(
                objective, value, Arrays.stream(globs).map(Glob::new).toList()));
        return new Phase(name, length, optimizer, all, schedule, groups, frozen);
    }

    /** With factors on the learning rate and the decay of the parameters that a glob means. */
    public Phase group(String glob, double lr, double decay) {
        List<Group> all = new ArrayList<>(groups);
        all.add(new Group(new Glob(glob), lr, decay));
        return new Phase(name, length, optimizer, own, schedule, all, frozen);
    }

    /** With the parameters that a glob means frozen; their running statistics go on. */
    public Phase freeze(String glob) {
        return frozen(new Freeze(new Glob(glob), false));
    }

    /** With the parameters that a glob means frozen, and their running statistics, too. */
    public Phase freezeWithStatistics(String glob) {
        return frozen(new Freeze(new Glob(glob), true));
    }

    private Phase frozen(Freeze freeze) {
        List<Freeze> all = new ArrayList<>(frozen);
        all.add(freeze);
        return new Phase(name, length, optimizer, own, schedule, groups, all);
    }

    /** Whether a parameter learns. */
    public boolean trains(String path) {
        return frozen.stream().noneMatch(f -> f.parameters().matches(path));
    }

    /** Whether a running statistic goes on: unless it was frozen {@code with stats}. */
    public boolean renews(String path) {
        return frozen.stream().noneMatch(f -> f.statistics() && f.parameters().matches(path));
    }
}
