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
        return Sizes.SCALAR;
    }
}
