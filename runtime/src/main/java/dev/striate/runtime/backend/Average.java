package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Lines;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** How the outputs of an ensemble's members are averaged, in float64: as what the output means. */
public enum Average {
    /** As they are. */
    NUMBERS {
        @Override
        void add(MemorySegment from, Lines lines, int line, double[] sums) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += at(from, lines, line, i);
            }
        }

        @Override
        double score(double mean) {
            return mean;
        }
    },
    /** As scores along the channels, of which a softmax makes probabilities. */
    SOFTMAX {
        @Override
        void add(MemorySegment from, Lines lines, int line, double[] sums) {
            double most = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < sums.length; i++) {
                most = Math.max(most, at(from, lines, line, i));
            }
            double all = 0;
            for (int i = 0; i < sums.length; i++) {
                all += Math.exp(at(from, lines, line, i) - most);
            }
            for (int i = 0; i < sums.length; i++) {
                sums[i] += Math.exp(at(from, lines, line, i) - most) / all;
            }
        }

        @Override
        double score(double mean) {
            return Math.log(Math.max(mean, Double.MIN_NORMAL));
        }
    },
    /** As logarithms of probabilities. */
    LOGARITHMS {
        @Override
        void add(MemorySegment from, Lines lines, int line, double[] sums) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += Math.exp(at(from, lines, line, i));
            }
        }

        @Override
        double score(double mean) {
            return Math.log(Math.max(mean, Double.MIN_NORMAL));
        }
    },
    /** As scores, of each of which a sigmoid makes a probability. */
    SIGMOID {
        @Override
        void add(MemorySegment from, Lines lines, int line, double[] sums) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += 1 / (1 + Math.exp(-at(from, lines, line, i)));
            }
        }

        @Override
        double score(double mean) {
            double least = 0x1p-53; // the distance of 1 from the number below it
            double p = Math.min(Math.max(mean, least), 1 - least);
            return Math.log(p / (1 - p));
        }
    };

    /** Adds what the elements of a line mean. */
    abstract void add(MemorySegment from, Lines lines, int line, double[] sums);

    /** The element that means such a mean. */
    abstract double score(double mean);

    private static double at(MemorySegment from, Lines lines, int line, int i) {
        return from.getAtIndex(ValueLayout.JAVA_FLOAT, lines.at(line, i));
    }

    /** What is averaged together: the channels at each place. */
    public static Lines lines(Sizes shape) {
        return shape.rank() < 2 ? new Lines(1, shape.elements(), 1) : Lines.alongChannels(shape);
    }

    /** Averages {@code own} and {@code others}, in place of {@code own}. */
    public Runnable of(Tensor own, List<MemorySegment> others) {
        Lines lines = lines(own.shape());
        double[] sums = new double[lines.count()];
        return () -> {
            for (int line = 0; line < lines.size(); line++) {
                Arrays.fill(sums, 0);
                add(own.data(), lines, line, sums);
                for (int i = 0; i < others.size(); i++) {
                    add(others.get(i), lines, line, sums);
                }
                for (int i = 0; i < sums.length; i++) {
                    double score = score(sums[i] / (others.size() + 1));
                    own.data().setAtIndex(ValueLayout.JAVA_FLOAT, lines.at(line, i), (float) score);
                }
            }
        };
    }
}
