package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The share of samples whose label is among the k largest scores: scores {@code [N, K]} and class indices {@code [N]}
 * give a scalar. Of equal scores the class with the lower index counts as larger; a NaN score is never right.
 * An index outside {@code 0..K-1} is an error at run time that names the sample.
 *
 * @param k how many of the largest count
 */
public record TopK(int k) implements Kernel {
    /** Among the {@code k} largest. */
    public static TopK topK(int k) {
        return new TopK(k);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.rank(this, inputs.get(0), 2);
        Check.shape(this, inputs.get(1), Sizes.of(inputs.get(0).dim(0)));
        return Sizes.SCALAR;
    }
}
