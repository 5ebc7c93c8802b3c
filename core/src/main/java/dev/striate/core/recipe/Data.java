package dev.striate.core.recipe;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the samples come from.
 *
 * @param source the kind of data set, such as {@code digits} or {@code idx}
 * @param arguments what else the source was given, by name: strings, numbers and truth values
 * @param sampler how samples are made of those of the source; null for the samples themselves
 * @param batch samples in a step
 * @param seed decides the order of the samples and what is drawn at random
 * @param holdout the share of the training samples that training does not see, at least 0 and below 1
 * @param dropLast whether a last, smaller batch is left out
 */
public record Data(
        String source,
        Map<String, Object> arguments,
        @Nullable Sampler sampler,
        int batch,
        long seed,
        double holdout,
        boolean dropLast) {
    /** Copies the arguments. */
    public Data {
        arguments = Map.copyOf(arguments);
    }

    /** A source with batches of {@code batch}. */
    public static Data data(String source, int batch) {
        return new Data(source, Map.of(), null, batch, 0, 0, false);
    }

    /** With a seed. */
    public Data seed(long value) {
        return new Data(source, arguments, sampler, batch, value, holdout, dropLast);
    }

    /** With batches of another size. */
    public Data batch(int value) {
        return new Data(source, arguments, sampler, value, seed, holdout, dropLast);
    }

    /** With a share of the training samples held out. */
    public Data holdout(double share) {
        return new Data(source, arguments, sampler, batch, seed, share, dropLast);
    }

    /** With the last, smaller batch left out. */
    public Data withoutLast() {
        return new Data(source, arguments, sampler, batch, seed, holdout, true);
    }

    /** With one more argument. */
    public Data with(String name, Object value) {
        Map<String, Object> all = new TreeMap<>(arguments);
        all.put(name, value);
        return new Data(source, all, sampler, batch, seed, holdout, dropLast);
    }

    /** As pairs of pictures; see {@link Sampler.Pairs}. */
    public Data pairs(double same) {
        return sampled(new Sampler.Pairs(same));
    }

    /** As triplets of pictures; see {@link Sampler.Triplets}. */
    public Data triplets() {
        return sampled(new Sampler.Triplets());
    }

    /** With pictures as their own targets; see {@link Sampler.Autoencode}. */
    public Data autoencode(double noise) {
        return sampled(new Sampler.Autoencode(noise));
    }

    private Data sampled(Sampler by) {
        return new Data(source, arguments, by, batch, seed, holdout, dropLast);
    }
}
