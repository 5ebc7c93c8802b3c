package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * A loss of Euclidean distances between values {@code [N, …]}, averaged over the batch. Where a distance is 0 it has no
 * direction, and passes no gradient on.
 *
 * @param kind which distances are compared, and how
 * @param margin how far apart what differs shall be
 */
public record DistanceLoss(Kind kind, double margin) implements Kernel {
    /** Which distances are compared, and how; u is the distance of the first two operands. */
    public enum Kind {
        /**
         * {@code s u² / 2 + (1 - s) max(0, margin - u)² / 2} for operands a, b and s {@code [N]}, which is 1 where a and b
         * are of the same kind and 0 where they are not (Hadsell, Chopra and LeCun 2006).
         */
        CONTRASTIVE,
        /** {@code max(0, u - v + margin)} for an anchor, one of its kind and another at a distance v (Schroff et al. 2015). */
        TRIPLET
    }

    /** Of pairs, and whether they are of the same kind. */
    public static DistanceLoss contrastive(double margin) {
        return new DistanceLoss(Kind.CONTRASTIVE, margin);
    }

    /** Of an anchor, one of its kind, and another. */
    public static DistanceLoss triplet(double margin) {
        return new DistanceLoss(Kind.TRIPLET, margin);
    }

    /** Whether the third operand is a value whose distance counts, not a number for each sample. */
    public boolean comparesThird() {
        return kind == Kind.TRIPLET;
    }

    /** The loss of a sample: of the distance of its first two operands, and its third number or distance. */
    public double value(double u, double v) {
        double slack = Math.max(0, margin - u);
        return kind == Kind.TRIPLET ? Math.max(0, u - v + margin) : v * u * u / 2 + (1 - v) * slack * slack / 2;
    }

    /** The derivative by the distance of the first two operands. */
    public double slope(double u, double v) {
        return kind == Kind.TRIPLET ? active(u, v) : v * u - (1 - v) * Math.max(0, margin - u);
    }

    /** The derivative by the third operand's number or distance. */
    public double thirdSlope(double u, double v) {
        double slack = Math.max(0, margin - u);
        return kind == Kind.TRIPLET ? -active(u, v) : u * u / 2 - slack * slack / 2;
    }

    private double active(double u, double v) {
        return u - v + margin > 0 ? 1 : 0;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 3);
        Sizes x = inputs.get(0);
        Check.rankAtLeast(this, x, 1);
        Check.shape(this, inputs.get(1), x);
        if (comparesThird()) {
            Check.shape(this, inputs.get(2), x);
        } else if (inputs.get(2).elements() != x.dim(0)) {
            throw new IllegalArgumentException("one number for each of " + x.dim(0) + " samples, not " + inputs.get(2));
        }
        return Sizes.SCALAR;
    }
}
