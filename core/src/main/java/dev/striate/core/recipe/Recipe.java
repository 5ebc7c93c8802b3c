package dev.striate.core.recipe;

import dev.striate.core.recipe.Expectation.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a net is trained: a {@code train} declaration as data.
 *
 * @param name the recipe's name
 * @param data where the samples come from
 * @param phases the parts of the run, at least one
 * @param training what happens to pictures for training
 * @param mixup how samples of a batch are blended for training (Zhang et al. 2018): the alpha of the Beta distribution that
 *     their share is drawn from, once a batch; 0 for not at all
 * @param serving what happens to pictures for evaluation and in use
 * @param init files that parameters begin with; a later one wins
 * @param feed for each input or label of the net, the field of the data set that it is bound to, where stated
 * @param precision the numbers that training computes with
 * @param limits when a run ends early or is refused, and what it leaves on its way
 * @param expectations what the test set must show in the end
 */
public record Recipe(
        String name,
        Data data,
        List<Phase> phases,
        List<Transform> training,
        double mixup,
        List<Transform> serving,
        List<WeightSource> init,
        Map<String, String> feed,
        Precision precision,
        Limits limits,
        List<Expectation> expectations) {
    /**
     * Bounds of a run.
     *
     * @param memory the most bytes that weights, sessions and optimizer may take off-heap; 0 for no bound
     * @param early when the run ends before its time, or null
     * @param checkpoint when the state of the run is written on the way, or null
     */
    public record Limits(
            long memory,
            @Nullable EarlyStop early,
            @Nullable Checkpoint checkpoint) {
        /** No bounds. */
        public static final Limits NONE = new Limits(0, null, null);
    }

    /** Copies the collections. */
    public Recipe {
        phases = List.copyOf(phases);
        training = List.copyOf(training);
        serving = List.copyOf(serving);
        init = List.copyOf(init);
        feed = Map.copyOf(feed);
        expectations = List.copyOf(expectations);
        if (phases.isEmpty()) {
            throw new IllegalArgumentException("a recipe has at least one phase");
        }
    }

    /** A recipe that takes pictures as they are, with nothing expected. */
    public static Recipe recipe(String name, Data data, Phase... phases) {
        return new Recipe(
                name,
                data,
                List.of(phases),
                List.of(),
                0,
                List.of(),
                List.of(),
                Map.of(),
                Precision.F32,
                Limits.NONE,
                List.of());
    }

    /** With every phase changed. */
    public Recipe phases(UnaryOperator<Phase> change) {
        List<Phase> changed = phases.stream().map(change).toList();
        return new Recipe(name, data, changed, training, mixup, serving, init, feed, precision, limits, expectations);
    }

    /** With other data. */
    public Recipe data(Data value) {
        return new Recipe(name, value, phases, training, mixup, serving, init, feed, precision, limits, expectations);
    }

    /** With transforms of pictures for training. */
    public Recipe training(Transform... transforms) {
        return new Recipe(
                name, data, phases, List.of(transforms), mixup, serving, init, feed, precision, limits, expectations);
    }

    /** With samples of a batch blended for training; {@code alpha} is above 0. */
    public Recipe mixup(double alpha) {
        return new Recipe(name, data, phases, training, alpha, serving, init, feed, precision, limits, expectations);
    }

    /** With transforms of pictures for evaluation and use. */
    public Recipe serving(Transform... transforms) {
        return new Recipe(
                name, data, phases, training, mixup, List.of(transforms), init, feed, precision, limits, expectations);
    }

    /** With files that parameters begin with. */
    public Recipe init(WeightSource... files) {
        return new Recipe(
                name, data, phases, training, mixup, serving, List.of(files), feed, precision, limits, expectations);
    }

    /** With an input or label of the net bound to a field of the data set. */
    public Recipe feed(String input, String field) {
        Map<String, String> all = new TreeMap<>(feed);
        all.put(input, field);
        return new Recipe(name, data, phases, training, mixup, serving, init, all, precision, limits, expectations);
    }

    /** With numbers of another precision. */
    public Recipe precision(Precision value) {
        return new Recipe(name, data, phases, training, mixup, serving, init, feed, value, limits, expectations);
    }

    /** With a bound on the bytes off-heap. */
    public Recipe memory(long bytes) {
        return limits(new Limits(bytes, limits.early, limits.checkpoint));
    }

    /** With an early end when a loss or metric no longer gets better. */
    public Recipe early(String metric, boolean least, int patience) {
        return limits(new Limits(limits.memory, new EarlyStop(new Watch(metric, least), patience), limits.checkpoint));
    }

    /** With the state of the run written after so many epochs each. */
    public Recipe checkpoint(int epochs, int keep) {
        return checkpoint(Length.epochs(epochs), keep);
    }

    /** With the state of the run written on the way. */
    public Recipe checkpoint(Length every, int keep) {
        return limits(new Limits(limits.memory, limits.early, new Checkpoint(every, keep)));
    }

    private Recipe limits(Limits value) {
        return new Recipe(name, data, phases, training, mixup, serving, init, feed, precision, value, expectations);
    }

    /** With one more expectation. */
    public Recipe expect(String metric, Comparison comparison, double bound, String where) {
        List<Expectation> all = new ArrayList<>(expectations);
        all.add(new Expectation(metric, comparison, bound, where));
        return new Recipe(name, data, phases, training, mixup, serving, init, feed, precision, limits, all);
    }

    /**
     * The steps of all phases.
     *
     * @param batches the steps of an epoch
     */
    public long steps(int batches) {
        return phases.stream().mapToLong(p -> p.length().inSteps(batches)).sum();
    }
}
