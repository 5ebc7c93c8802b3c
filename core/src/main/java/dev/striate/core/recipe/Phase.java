package dev.striate.core.recipe;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a training run. The optimizer begins at rest in every phase, and the schedule begins anew.
 *
 * @param name what reports call it; empty for the only phase of a recipe
 * @param epochs passes over the training set
 * @param optimizer how gradients change the parameters
 * @param schedule how the learning rate changes within the phase
 * @param groups parameters that learn differently
 * @param frozen parameters that do not learn
 */
public record Phase(
        String name, int epochs, Optimizer optimizer, Schedule schedule, List<Group> groups, List<Freeze> frozen) {
    /** Copies the lists. */
    public Phase {
        groups = List.copyOf(groups);
        frozen = List.copyOf(frozen);
    }

    /** The only phase of a recipe, in which all parameters learn alike and at a constant rate. */
    public static Phase phase(int epochs, Optimizer optimizer) {
        return phase("", epochs, optimizer);
    }

    /** A phase in which all parameters learn alike and at a constant rate. */
    public static Phase phase(String name, int epochs, Optimizer optimizer) {
        return new Phase(name, epochs, optimizer, Schedule.constant(), List.of(), List.of());
    }

    /** With a schedule. */
    public Phase schedule(Schedule value) {
        return new Phase(name, epochs, optimizer, value, groups, frozen);
    }

    /** With another number of epochs. */
    public Phase epochs(int value) {
        return new Phase(name, value, optimizer, schedule, groups, frozen);
    }

    /** With another optimizer. */
    public Phase optimizer(Optimizer value) {
        return new Phase(name, epochs, value, schedule, groups, frozen);
    }

    /** With factors on the learning rate and the decay of the parameters that a glob means. */
    public Phase group(String glob, double lr, double decay) {
        List<Group> all = new ArrayList<>(groups);
        all.add(new Group(new Glob(glob), lr, decay));
        return new Phase(name, epochs, optimizer, schedule, all, frozen);
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
        return new Phase(name, epochs, optimizer, schedule, groups, all);
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
