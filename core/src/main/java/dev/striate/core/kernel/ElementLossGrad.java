package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link ElementLoss} by y, or by the target. Operands: the loss's gradient, a scalar; y; the target;
 * and the weights, where there are any.
 *
 * @param loss the loss
 * @param ofTarget whether by the target
 */
public record ElementLossGrad(ElementLoss loss, boolean ofTarget) implements Kernel {
    /** By the first operand of the loss. */
    public static ElementLossGrad elementLossGrad(ElementLoss loss) {
        return new ElementLossGrad(loss, false);
    }

    /** By the target. */
    public ElementLossGrad byTarget() {
        return new ElementLossGrad(loss, true);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.shape(this, inputs.get(0), loss.output(inputs.subList(1, inputs.size())));
        return inputs.get(ofTarget ? 2 : 1);
    }
}
