package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradWeight;
import dev.striate.core.kernel.ChannelMean;
import dev.striate.core.kernel.ChannelScale;
import dev.striate.core.kernel.ChannelShift;
import dev.striate.core.kernel.ChannelVariance;
import dev.striate.core.kernel.Running;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;

/** Batch normalization, its statistics and its gradients. */
final class BatchNormalization {
    private BatchNormalization() {}

    private static int channel(Tensor x, int index) {
        return index / x.shape().elementsFrom(2) % x.shape().dim(1);
    }

    private static double deviation(Tensor variance, int channel, double eps) {
        return Math.sqrt(variance.get(channel) + eps);
    }

    static Runnable forward(BatchNorm kernel, Operands o) {
        Tensor x = o.in(0);
        Tensor mean = o.in(kernel.mean());
        Tensor variance = o.in(kernel.mean() + 1);
        Tensor weight = o.in(kernel.weight());
        Tensor bias = o.in(kernel.weight() + 1);
        return () -> {
            for (int i = 0; i < x.elements(); i++) {
                int c = channel(x, i);
                double hat = ((double) x.get(i) - mean.get(c)) / deviation(variance, c, kernel.eps());
                o.out().set(i, (float) (hat * weight.get(c) + bias.get(c)));
            }
        };
    }

    static Runnable scale(ChannelScale kernel, Operands o) {
        Tensor weight = o.in(0);
        Tensor variance = o.in(1);
        return () -> {
            for (int c = 0; c < kernel.channels(); c++) {
                o.out().set(c, (float) (weight.get(c) / Math.sqrt(variance.get(c) + kernel.eps())));
            }
        };
    }

    static Runnable shift(ChannelShift kernel, Operands o) {
        Tensor scale = o.in(0);
        Tensor bias = o.in(1);
        Tensor mean = o.in(2);
        return () -> {
            for (int c = 0; c < scale.elements(); c++) {
                o.out().set(c, (float) (bias.get(c) - (double) mean.get(c) * scale.get(c)));
            }
        };
    }

    static Runnable inputGradient(BatchNormGradInput kernel, Operands o) {
        Tensor g = o.in(0);
        double eps = kernel.norm().eps();
        if (!kernel.norm().ofBatch()) {
            return () -> {
                for (int i = 0; i < g.elements(); i++) {
                    int c = channel(g, i);
                    o.out().set(i, (float) (g.get(i) * (o.in(1).get(c) / deviation(o.in(2), c, eps))));
                }
            };
        }
        int count = g.elements() / g.shape().dim(1);
        return () -> {
            for (int i = 0; i < g.elements(); i++) {
                int c = channel(g, i);
                double deviation = deviation(o.in(3), c, eps);
                double hat = ((double) o.in(1).get(i) - o.in(2).get(c)) / deviation;
                double mean = (o.in(6).get(c) + hat * o.in(5).get(c)) / count;
                o.out().set(i, (float) (o.in(4).get(c) / deviation * (g.get(i) - mean)));
            }
        };
    }

    static Runnable weightGradient(BatchNormGradWeight kernel, Operands o) {
        return () -> sums(o, (i, c) -> {
            double hat = ((double) o.in(1).get(i) - o.in(2).get(c)) / deviation(o.in(3), c, kernel.eps());
            return o.in(0).get(i) * hat;
        });
    }

    static Runnable mean(ChannelMean kernel, Operands o) {
        int count = o.in(0).elements() / o.in(0).shape().dim(1);
        return () -> sums(o, (i, c) -> (double) o.in(0).get(i) / count);
    }

    static Runnable variance(ChannelVariance kernel, Operands o) {
        int count = o.in(0).elements() / o.in(0).shape().dim(1);
        return () -> sums(o, (i, c) -> {
            double d = (double) o.in(0).get(i) - o.in(1).get(c);
            return d * d / count;
        });
    }

    static Runnable running(Running kernel, Operands o) {
        return () -> {
            for (int i = 0; i < o.out().elements(); i++) {
                o.out().set(i, (float) kernel.next(o.in(0).get(i), o.in(1).get(i)));
            }
        };
    }

    /** Gives each channel the sum of what {@code term} says of its elements. */
    private static void sums(Operands o, Term term) {
        Tensor x = o.in(0);
        int area = x.shape().elementsFrom(2);
        int sample = x.shape().elementsFrom(1);
        for (int c = 0; c < x.shape().dim(1); c++) {
            double sum = 0;
            for (int n = 0; n < x.shape().dim(0); n++) {
                for (int i = 0; i < area; i++) {
                    sum += term.of(n * sample + c * area + i, c);
                }
            }
            o.out().set(c, (float) sum);
        }
    }

    /** What one element adds to its channel. */
    private interface Term {
        double of(int index, int channel);
    }
}
