package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.Arrays;
import java.util.List;

/**
 * A loss that compares element by element: y {@code [N, …]} and a target of the same shape, trailing ones apart, or a
 * single number that every element is compared with. The result is the mean over all elements; for {@link Kind#KL} the sum
 * over the elements of a sample, averaged over the samples. A third operand, of y's shape or repeated along axes of size 1
 * and those missing at the end, weighs the elements: the mean is then their weighted sum by the sum of the weights, and 0
 * where that is 0. No gradient flows through weights.
 *
 * @param kind how two elements are compared
 * @param beta for {@link Kind#SMOOTH_L1}, the distance from which on it is linear; else 0
 */
public record ElementLoss(Kind kind, double beta) implements Kernel {
    /** How an element y and its target t are compared; d is {@code y - t}. */
    public enum Kind {
        /** {@code d²}. */
        MSE {
            @Override
            double value(double y, double t, double beta) {
                return (y - t) * (y - t);
            }

            @Override
            double slope(double y, double t, double beta) {
                return 2 * (y - t);
            }
        },
        /** {@code |d|}; its derivative at 0 is 0. */
        L1 {
            @Override
            double value(double y, double t, double beta) {
                return Math.abs(y - t);
            }

            @Override
            double slope(double y, double t, double beta) {
                return Math.signum(y - t);
            }
        },
        /** {@code d² / (2 beta)} below {@code beta}, {@code |d| - beta / 2} above (Girshick 2015). */
        SMOOTH_L1 {
            @Override
            double value(double y, double t, double beta) {
                double d = Math.abs(y - t);
                return d < beta ? d * d / (2 * beta) : d - beta / 2;
            }

            @Override
            double slope(double y, double t, double beta) {
                double d = y - t;
                return Math.abs(d) < beta ? d / beta : Math.signum(d);
            }
        },
        /** {@code max(0, 1 - t y)} of a target that is 1 or -1. */
        HINGE {
            @Override
            double value(double y, double t, double beta) {
                return Math.max(0, 1 - t * y);
            }

            @Override
            double slope(double y, double t, double beta) {
                return 1 - t * y > 0 ? -t : 0;
            }

            @Override
            double targetSlope(double y, double t, double beta) {
                return 1 - t * y > 0 ? -y : 0;
            }
        },
        /** {@code max(0, -t y)} of a target that is 1 or -1 (Rosenblatt 1958). */
        PERCEPTRON {
            @Override
            double value(double y, double t, double beta) {
                return Math.max(0, -t * y);
            }

            @Override
            double slope(double y, double t, double beta) {
                return t * y < 0 ? -t : 0;
            }

            @Override
            double targetSlope(double y, double t, double beta) {
                return t * y < 0 ? -y : 0;
            }
        },
        /** {@code log(1 + exp(y)) - t y} of a logit y and a probability t, without overflow. */
        BINARY_CROSS_ENTROPY {
            @Override
            double value(double y, double t, double beta) {
                return Math.max(y, 0) - t * y + Math.log1p(Math.exp(-Math.abs(y)));
            }

            @Override
            double slope(double y, double t, double beta) {
                double e = Math.exp(-Math.abs(y));
                return (y >= 0 ? 1 : e) / (1 + e) - t;
            }

            @Override
            double targetSlope(double y, double t, double beta) {
                return -y;
            }
        },
        /** {@code t (log t - y)} of the logarithm y of a probability and a probability t; 0 where t is 0. */
        KL {
            @Override
            double value(double y, double t, double beta) {
                return t == 0 ? 0 : t * (Math.log(t) - y);
            }

            @Override
            double slope(double y, double t, double beta) {
                return -t;
            }

            @Override
            double targetSlope(double y, double t, double beta) {
                return t == 0 ? 0 : Math.log(t) + 1 - y;
            }
        };

        abstract double value(double y, double t, double beta);

        abstract double slope(double y, double t, double beta);

        /** The derivative by the target: for what depends on the distance alone, the other way round. */
        double targetSlope(double y, double t, double beta) {
            return -slope(y, t, beta);
        }
    }

    /** Of a kind without a number. */
    public static ElementLoss elementLoss(Kind kind) {
        return new ElementLoss(kind, 0);
    }

    /** Quadratic near the target and linear from a distance of {@code beta} on. */
    public static ElementLoss smoothL1(double beta) {
        return new ElementLoss(Kind.SMOOTH_L1, beta);
    }

    /** What an element and its target add, before averaging. */
    public double value(double y, double t) {
        return kind.value(y, t, beta);
    }

    /** The derivative by the element or by its target. */
    public double slope(double y, double t, boolean ofTarget) {
        return ofTarget ? kind.targetSlope(y, t, beta) : kind.slope(y, t, beta);
    }

    /** What the sum over all elements is divided by. */
    public int divisor(Sizes y) {
        return kind == Kind.KL ? y.dim(0) : y.elements();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, inputs.size() == 3 ? 3 : 2);
        Sizes y = inputs.get(0);
        Check.rankAtLeast(this, y, 1);
        Sizes t = inputs.get(1);
        if (t.rank() > 0 && t.elements() != y.elements()) {
            throw new IllegalArgumentException("cannot compare " + y + " with " + t);
        }
        if (inputs.size() == 3) {
            Sizes weights = weights(inputs.get(2), y);
            if (!Broadcast.join("a weighted loss", List.of(y, weights)).equals(y)) {
                throw new IllegalArgumentException("cannot weigh " + y + " by " + inputs.get(2));
            }
        }
        return Sizes.SCALAR;
    }

    /** The shape of weights without what lies beyond the axes of y, which can only be ones. */
    public static Sizes weights(Sizes weights, Sizes y) {
        int rank = weights.rank();
        while (rank > y.rank() && weights.dim(rank - 1) == 1) {
            rank--;
        }
        return Sizes.of(Arrays.copyOf(weights.toArray(), rank));
    }
}
