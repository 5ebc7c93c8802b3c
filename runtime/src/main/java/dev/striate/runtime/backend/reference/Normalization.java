package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.L2Normalize;
import dev.striate.core.kernel.L2NormalizeGrad;
import dev.striate.core.kernel.Lines;
import dev.striate.core.kernel.Lrn;
import dev.striate.core.kernel.LrnGrad;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradInput;
import dev.striate.core.kernel.NormGradWeight;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.util.Arrays;

/** Normalization of each sample by itself, along {@link Lines}. */
final class Normalization {
    private Normalization() {}

    static Runnable forward(Norm kernel, Operands o) {
        Tensor x = o.in(0);
        Lines lines = kernel.lines(x.shape());
        int area = x.shape().elementsFrom(2);
        int channels = x.shape().dim(1);
        return forEachLine(lines, line -> {
            Statistics s = Statistics.of(x, lines, line, kernel.eps());
            for (int i = 0; i < lines.count(); i++) {
                int at = lines.at(line, i);
                int c = at / area % channels;
                o.out().set(at, (float)
                        (s.hat(x.get(at)) * o.in(1).get(c) + o.in(2).get(c)));
            }
        });
    }

    static Runnable inputGradient(NormGradInput kernel, Operands o) {
        Tensor x = o.in(1);
        Lines lines = kernel.norm().lines(x.shape());
        int area = x.shape().elementsFrom(2);
        int channels = x.shape().dim(1);
        return forEachLine(lines, line -> {
            Statistics s = Statistics.of(x, lines, line, kernel.norm().eps());
            double mean = 0;
            double slope = 0;
            for (int i = 0; i < lines.count(); i++) {
                int at = lines.at(line, i);
                double g = (double) o.in(0).get(at) * o.in(2).get(at / area % channels);
                mean += g / lines.count();
                slope += g * s.hat(x.get(at)) / lines.count();
            }
            for (int i = 0; i < lines.count(); i++) {
                int at = lines.at(line, i);
                double g = (double) o.in(0).get(at) * o.in(2).get(at / area % channels);
                o.out().set(at, (float) (s.scale * (g - mean - s.hat(x.get(at)) * slope)));
            }
        });
    }

    static Runnable weightGradient(NormGradWeight kernel, Operands o) {
        Tensor x = o.in(1);
        Lines lines = kernel.norm().lines(x.shape());
        int area = x.shape().elementsFrom(2);
        double[] sums = new double[o.out().elements()];
        return () -> {
            Arrays.fill(sums, 0);
            for (int line = 0; line < lines.size(); line++) {
                Statistics s = Statistics.of(x, lines, line, kernel.norm().eps());
                for (int i = 0; i < lines.count(); i++) {
                    int at = lines.at(line, i);
                    sums[at / area % sums.length] += o.in(0).get(at) * s.hat(x.get(at));
                }
            }
            for (int c = 0; c < sums.length; c++) {
                o.out().set(c, (float) sums[c]);
            }
        };
    }

    static Runnable l2(L2Normalize kernel, Operands o) {
        Tensor x = o.in(0);
        Lines lines = Lines.alongChannels(x.shape());
        return forEachLine(lines, line -> {
            double divisor = Math.max(norm(x, lines, line), kernel.eps());
            for (int i = 0; i < lines.count(); i++) {
                int at = lines.at(line, i);
                o.out().set(at, (float) (x.get(at) / divisor));
            }
        });
    }

    static Runnable l2Gradient(L2NormalizeGrad kernel, Operands o) {
        Tensor g = o.in(0);
        Tensor x = o.in(1);
        Lines lines = Lines.alongChannels(x.shape());
        return forEachLine(lines, line -> {
            double norm = norm(x, lines, line);
            double dot = 0;
            for (int i = 0; i < lines.count(); i++) {
                dot += (double) g.get(lines.at(line, i)) * x.get(lines.at(line, i));
            }
            double along = norm < kernel.eps() ? 0 : dot / (norm * norm);
            for (int i = 0; i < lines.count(); i++) {
                int at = lines.at(line, i);
                o.out().set(at, (float) ((g.get(at) - x.get(at) * along) / Math.max(norm, kernel.eps())));
            }
        });
    }

    static Runnable lrn(Lrn kernel, Operands o) {
        Tensor x = o.in(0);
        Lines lines = Lines.alongChannels(x.shape());
        return forEachLine(lines, line -> {
            for (int c = 0; c < lines.count(); c++) {
                int at = lines.at(line, c);
                o.out().set(at, (float) (x.get(at) * Math.pow(base(kernel, x, lines, line, c), -kernel.beta())));
            }
        });
    }

    static Runnable lrnGradient(LrnGrad kernel, Operands o) {
        Lrn lrn = kernel.lrn();
        Tensor g = o.in(0);
        Tensor x = o.in(1);
        Lines lines = Lines.alongChannels(x.shape());
        double factor = 2 * lrn.alpha() * lrn.beta() / lrn.size();
        return forEachLine(lines, line -> {
            for (int c = 0; c < lines.count(); c++) {
                int at = lines.at(line, c);
                double sum = 0;
                // The channels whose sums this one is in lie the other way round.
                int last = Math.min(lines.count() - 1, c + lrn.before());
                for (int j = Math.max(0, c - lrn.after()); j <= last; j++) {
                    int other = lines.at(line, j);
                    double power = Math.pow(base(lrn, x, lines, line, j), -lrn.beta() - 1);
                    sum += g.get(other) * x.get(other) * power;
                }
                double own = g.get(at) * Math.pow(base(lrn, x, lines, line, c), -lrn.beta());
                o.out().set(at, (float) (own - factor * x.get(at) * sum));
            }
        });
    }

    private static double base(Lrn lrn, Tensor x, Lines lines, int line, int channel) {
        double squares = 0;
        int last = Math.min(lines.count() - 1, channel + lrn.after());
        for (int j = Math.max(0, channel - lrn.before()); j <= last; j++) {
            double v = x.get(lines.at(line, j));
            squares += v * v;
        }
        return lrn.base(squares);
    }

    private static double norm(Tensor x, Lines lines, int line) {
        double squares = 0;
        for (int i = 0; i < lines.count(); i++) {
            double v = x.get(lines.at(line, i));
            squares += v * v;
        }
        return Math.sqrt(squares);
    }

    private static Runnable forEachLine(Lines lines, Line line) {
        return () -> {
            for (int i = 0; i < lines.size(); i++) {
                line.compute(i);
            }
        };
    }

    /** What is done with one line. */
    private interface Line {
        void compute(int line);
    }

    /** Mean and one over {@code sqrt(variance + eps)} of a line. */
    private record Statistics(double mean, double scale) {
        static Statistics of(Tensor x, Lines lines, int line, double eps) {
            double sum = 0;
            for (int i = 0; i < lines.count(); i++) {
                sum += x.get(lines.at(line, i));
            }
            double mean = sum / lines.count();
            double squares = 0;
            for (int i = 0; i < lines.count(); i++) {
                double d = x.get(lines.at(line, i)) - mean;
                squares += d * d;
            }
            return new Statistics(mean, 1 / Math.sqrt(squares / lines.count() + eps));
        }

        double hat(float x) {
            return (x - mean) * scale;
        }
    }
}
