package dev.striate.core.recipe;

import java.util.List;

/**
 * The optimizer of one of several objectives.
 *
 * @param objective the name of the objective
 * @param optimizer how gradients change its parameters
 * @param parameters which parameters it updates
 */
public record OwnOptimizer(String objective, Optimizer optimizer, List<Glob> parameters) {
    /** Copies the list. */
    public OwnOptimizer {
        parameters = List.copyOf(parameters);
    }

    /** Whether the objective updates a parameter. */
    public boolean updates(String path) {
        return parameters.stream().anyMatch(g -> g.matches(path));
    }
}
