package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link DistanceLoss} by one of its operands. Operands: the loss's gradient, a scalar; the loss's three.
 *
 * @param loss the loss
 * @param operand by which of its operands: 0, 1 or 2
 */
public record DistanceLossGrad(DistanceLoss loss, int operand) implements Kernel {
    /** By an operand of the loss, counted from 0. */
    public static DistanceLossGrad distanceLossGrad(DistanceLoss loss, int operand) {
        return new DistanceLossGrad(loss, operand);
    }

    /**
     * What the difference of the first two operands is multiplied by in a sample's gradient.
     *
     * @param u the distance of the first two operands
     * @param v the third's number or distance
     */
    public double first(double u, double v) {
        return operand == 2 || u == 0 ? 0 : (operand == 1 ? -1 : 1) * loss.slope(u, v) / u;
    }

    /** What the difference of the first and the third operand is multiplied by, where the third is a value. */
    public double third(double u, double v) {
        return operand == 1 || v == 0 ? 0 : (operand == 2 ? -1 : 1) * loss.thirdSlope(u, v) / v;
    }

    /** Whether the gradient is a number for each sample. */
    public boolean ofNumber() {
        return operand == 2 && !loss.comparesThird();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.shape(this, inputs.get(0), loss.output(inputs.subList(1, inputs.size())));
        return inputs.get(1 + operand);
    }
}
