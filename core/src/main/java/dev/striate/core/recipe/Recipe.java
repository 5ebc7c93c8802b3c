package dev.striate.core.recipe;

import dev.striate.core.recipe.Expectation.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a net is trained: a {@code train} declaration as data.
 *
 * @param name the recipe's name
 * @param data where the samples come from
 * @param optimizer how gradients change the parameters
 * @param schedule how the learning rate changes
 * @param epochs passes over the training set
 * @param feed for each input or label of the net, the field of the data set that it is bound to, where stated
 * @param expectations what the test set must show in the end
 */
public record Recipe(
        String name,
        Data data,
        Optimizer optimizer,
        Schedule schedule,
        int epochs,
        Map<String, String> feed,
        List<Expectation> expectations) {
    /** Copies the collections. */
    public Recipe {
        feed = Map.copyOf(feed);
        expectations = List.copyOf(expectations);
    }

    /** A recipe with a constant learning rate and nothing expected. */
    public static Recipe recipe(String name, Data data, Optimizer optimizer, int epochs) {
        return new Recipe(name, data, optimizer, Schedule.constant(), epochs, Map.of(), List.of());
    }

    /** With a schedule. */
    public Recipe schedule(Schedule value) {
        return new Recipe(name, data, optimizer, value, epochs, feed, expectations);
    }

    /** With an input or label of the net bound to a field of the data set. */
    public Recipe feed(String input, String field) {
        Map<String, String> all = new TreeMap<>(feed);
        all.put(input, field);
        return new Recipe(name, data, optimizer, schedule, epochs, all, expectations);
    }

    /** With one more expectation. */
    public Recipe expect(String metric, Comparison comparison, double bound, String where) {
        List<Expectation> all = new ArrayList<>(expectations);
        all.add(new Expectation(metric, comparison, bound, where));
        return new Recipe(name, data, optimizer, schedule, epochs, feed, all);
    }

    /** With another number of epochs. */
    public Recipe epochs(int value) {
        return new Recipe(name, data, optimizer, schedule, value, feed, expectations);
    }

    /** With another optimizer. */
    public Recipe optimizer(Optimizer value) {
        return new Recipe(name, data, value, schedule, epochs, feed, expectations);
    }

    /** With other data. */
    public Recipe data(Data value) {
        return new Recipe(name, value, optimizer, schedule, epochs, feed, expectations);
    }
}
