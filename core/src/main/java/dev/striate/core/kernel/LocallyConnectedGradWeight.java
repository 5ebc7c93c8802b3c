package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link LocallyConnected} by its weight. Operands: the result's gradient {@code [N, F, OH, OW]} and the input; result as
 * {@link LocallyConnected#weightShape}.
 *
 * @param layer the layer
 */
public record LocallyConnectedGradWeight(LocallyConnected layer) implements Kernel {
    /** The gradient by the weight. */
    public static LocallyConnectedGradWeight locallyConnectedGradWeight(LocallyConnected layer) {
        return new LocallyConnectedGradWeight(layer);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.shape(this, inputs.get(0), layer.output(inputs.subList(1, 2)));
        return layer.weightShape(inputs.get(1));
    }
}
