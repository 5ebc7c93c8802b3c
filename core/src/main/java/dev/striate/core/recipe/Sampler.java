package dev.striate.core.recipe;

/** How samples are made of those of a data set. */
public sealed interface Sampler {
    /**
     * Two pictures, {@code first} and {@code second}, and whether they are of one class, {@code same}: 1 or 0.
     *
     * @param same the share of pairs of one class, from 0 to 1
     */
    record Pairs(double same) implements Sampler {}

    /** Three pictures: {@code anchor}, a {@code positive} of its class and a {@code negative} of another. */
    record Triplets() implements Sampler {}

    /**
     * The picture as its own target: {@code input} and {@code target}.
     *
     * @param noise the standard deviation of what is added to the input
     */
    record Autoencode(double noise) implements Sampler {}
}
