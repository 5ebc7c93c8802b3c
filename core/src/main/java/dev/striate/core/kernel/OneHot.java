package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * Class indices {@code [N, …]} as numbers {@code [N, K, …]}: 1 in the channel of the class, 0 in the others. An index
 * outside {@code 0..K-1} is an error at run time that names the sample.
 *
 * @param classes how many classes K there are, at least 1
 */
public record OneHot(int classes) implements Kernel {
    /** Of some classes. */
    public static OneHot oneHot(int classes) {
        return new OneHot(classes);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Sizes label = inputs.get(0);
        Check.rankAtLeast(this, label, 1);
        int[] dims = new int[label.rank() + 1];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = i == 1 ? classes : label.dim(i == 0 ? 0 : i - 1);
        }
        return Sizes.of(dims);
    }
}
