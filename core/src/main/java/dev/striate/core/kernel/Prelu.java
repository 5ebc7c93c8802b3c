package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import java.util.List;

/**
 * {@code max(x, 0) + weight * min(0, x)} with a learned slope for each channel (He, Zhang, Ren, Sun 2015): {@code [N, C, …]}
 * to the same shape. Parameter: {@code weight} of shape {@code [C]}.
 *
 * @param init first values of the weight
 */
public record Prelu(Init init) implements Kernel {
    /** What the weight begins with in the paper. */
    public static final double SLOPE = 0.25;

    /** With slopes that begin at 0.25. */
    public static Prelu prelu() {
        return new Prelu(Init.constant(SLOPE));
    }

    /** With other first values. */
    public Prelu init(Init first) {
        return new Prelu(first);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rankAtLeast(this, inputs.get(0), 2);
        return inputs.get(0);
    }

    @Override
    public List<Parameter> params(List<Sizes> inputs) {
        return List.of(new Parameter("weight", Sizes.of(inputs.get(0).dim(1)), init));
    }

    @Override
    public boolean isElementwise() {
        return true;
    }
}
