package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

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
import java.lang.foreign.MemorySegment;

/** Batch normalization, its statistics and its gradients: sums over one channel, and maps over one plane, at a time. */
final class BatchNormalization {
    private final Cpu cpu;

    BatchNormalization(Cpu cpu) {
        this.cpu = cpu;
    }

    Runnable forward(BatchNorm kernel, Operands o) {
        Tensor mean = o.in(kernel.mean());
        Tensor variance = o.in(kernel.mean() + 1);
        Tensor weight = o.in(kernel.weight());
        Tensor bias = o.in(kernel.weight() + 1);
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        return planes(o.in(0), (c, first, end) -> {
            float centre = mean.get(c);
            float scale = (float) (weight.get(c) / Math.sqrt(variance.get(c) + kernel.eps()));
            float shift = bias.get(c);
            for (long at = first; at < end; at += Float.BYTES) {
                y.set(JAVA_FLOAT, at, (x.get(JAVA_FLOAT, at) - centre) * scale + shift);
            }
        });
    }

    Runnable scale(ChannelScale kernel, Operands o) {
        Tensor weight = o.in(0);
        Tensor variance = o.in(1);
        return () -> {
            for (int c = 0; c < kernel.channels(); c++) {
                o.out().set(c, (float) (weight.get(c) / Math.sqrt(variance.get(c) + kernel.eps())));
            }
        };
    }

    Runnable shift(ChannelShift kernel, Operands o) {
        Tensor scale = o.in(0);
        Tensor bias = o.in(1);
        Tensor mean = o.in(2);
        return () -> {
            for (int c = 0; c < scale.elements(); c++) {
                o.out().set(c, (float) (bias.get(c) - (double) mean.get(c) * scale.get(c)));
            }
        };
    }

    Runnable inputGradient(BatchNormGradInput kernel, Operands o) {
        return kernel.norm().ofBatch()
                ? ofBatch(kernel.norm().eps(), o)
                : ofRunning(kernel.norm().eps(), o);
    }

    private Runnable ofRunning(double eps, Operands o) {
        MemorySegment g = o.in(0).data();
        MemorySegment dx = o.out().data();
        return planes(o.in(0), (c, first, end) -> {
            float scale = (float) (o.in(1).get(c) / Math.sqrt(o.in(2).get(c) + eps));
            for (long at = first; at < end; at += Float.BYTES) {
                dx.set(JAVA_FLOAT, at, g.get(JAVA_FLOAT, at) * scale);
            }
        });
    }

    private Runnable ofBatch(double eps, Operands o) {
        MemorySegment g = o.in(0).data();
        MemorySegment x = o.in(1).data();
        MemorySegment dx = o.out().data();
        int count = o.out().elements() / o.out().shape().dim(1);
        return planes(o.in(0), (c, first, end) -> {
            double deviation = Math.sqrt(o.in(3).get(c) + eps);
            double scale = o.in(4).get(c) / deviation;
            // In float64: in a small batch nearly all of the gradient cancels out.
            double centre = o.in(2).get(c);
            double slope = o.in(5).get(c) / deviation / count;
            double mean = (double) o.in(6).get(c) / count;
            for (long at = first; at < end; at += Float.BYTES) {
                double own = g.get(JAVA_FLOAT, at) - mean - (x.get(JAVA_FLOAT, at) - centre) * slope;
                dx.set(JAVA_FLOAT, at, (float) (scale * own));
            }
        });
    }

    Runnable weightGradient(BatchNormGradWeight kernel, Operands o) {
        MemorySegment g = o.in(0).data();
        MemorySegment x = o.in(1).data();
        return channels(o, (c, first, end) -> {
            float mean = o.in(2).get(c);
            double sum = 0;
            for (long at = first; at < end; at += Float.BYTES) {
                sum += g.get(JAVA_FLOAT, at) * (double) (x.get(JAVA_FLOAT, at) - mean);
            }
            return sum / Math.sqrt(o.in(3).get(c) + kernel.eps());
        });
    }

    Runnable mean(ChannelMean kernel, Operands o) {
        int count = o.in(0).elements() / o.in(0).shape().dim(1);
        MemorySegment x = o.in(0).data();
        return channels(o, (c, first, end) -> {
            double sum = 0;
            for (long at = first; at < end; at += Float.BYTES) {
                sum += x.get(JAVA_FLOAT, at);
            }
            return sum / count;
        });
    }

    Runnable variance(ChannelVariance kernel, Operands o) {
        int count = o.in(0).elements() / o.in(0).shape().dim(1);
        MemorySegment x = o.in(0).data();
        return channels(o, (c, first, end) -> {
            double mean = o.in(1).get(c);
            double sum = 0;
            for (long at = first; at < end; at += Float.BYTES) {
                double d = x.get(JAVA_FLOAT, at) - mean;
                sum += d * d;
            }
            return sum / count;
        });
    }

    /** One number for each channel, which is too little for several threads. */
    Runnable running(Running kernel, Operands o) {
        return () -> {
            for (int i = 0; i < o.out().elements(); i++) {
                o.out().set(i, (float) kernel.next(o.in(0).get(i), o.in(1).get(i)));
            }
        };
    }

    private Runnable planes(Tensor x, Plane plane) {
        int channels = x.shape().dim(1);
        int area = x.shape().elementsFrom(2);
        int planes = x.shape().dim(0) * channels;
        return cpu.forEach(planes, area, (i, slot) -> {
            long first = Elements.offset(i) * area;
            plane.map(i % channels, first, first + Elements.offset(area));
        });
    }

    private Runnable channels(Operands o, Part part) {
        Tensor x = o.in(0);
        int batch = x.shape().dim(0);
        int channels = x.shape().dim(1);
        int area = x.shape().elementsFrom(2);
        return cpu.forEach(channels, (long) batch * area, (c, slot) -> {
            double sum = 0;
            for (int n = 0; n < batch; n++) {
                long first = Elements.offset(n * channels + c) * area;
                sum += part.sum(c, first, first + Elements.offset(area));
            }
            o.out().set(c, (float) sum);
        });
    }

    /** What is done with one plane of a channel, which lies between two places in bytes. */
    private interface Plane {
        void map(int channel, long first, long end);
    }

    /** What one plane of a channel, which lies between two places in bytes, adds to the channel's sum. */
    private interface Part {
        double sum(int channel, long first, long end);
    }
}
