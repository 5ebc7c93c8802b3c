package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/** Half the squared distance: y and t {@code [N, …]} give the scalar mean over the batch of {@code ½‖y - t‖²}. */
public record Quadratic() implements Kernel {
    /** The only one there is. */
    public static Quadratic quadratic() {
        return new Quadratic();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.rankAtLeast(this, inputs.get(0), 1);
        Check.shape(this, inputs.get(1), inputs.get(0));
        return Sizes.SCALAR;
    }
}
