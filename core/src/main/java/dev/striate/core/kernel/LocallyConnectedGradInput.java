package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link LocallyConnected} by its input. Operands: the result's gradient {@code [N, F, OH, OW]} and the weight; result {@code [N, C, H, W]}.
 *
 * @param layer the layer
 * @param shape the shape of its input, which the result alone does not tell
 */
public record LocallyConnectedGradInput(LocallyConnected layer, Sizes shape) implements Kernel {
    /** The gradient by an input of shape {@code [n, c, h, w]}. */
    public static LocallyConnectedGradInput locallyConnectedGradInput(LocallyConnected layer, int... shape) {
        return new LocallyConnectedGradInput(layer, Sizes.of(shape));
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.shape(this, inputs.get(0), layer.output(List.of(shape)));
        Check.shape(this, inputs.get(1), layer.weightShape(shape));
        return shape;
    }
}
