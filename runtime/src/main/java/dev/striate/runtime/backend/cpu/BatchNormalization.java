package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradSums;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.ChannelScale;
import dev.striate.core.kernel.ChannelShift;
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
        return forward(kernel, o, ElementFunction.NOTHING);
    }

    /** The normalization and a function of its result, applied to each plane once it is computed. */
    Runnable forward(BatchNorm kernel, Operands o, ElementFunction epilogue) {
        Tensor mean = kernel.ofBatch() ? o.in(1).row(0) : o.in(3);
        Tensor variance = kernel.ofBatch() ? o.in(1).row(1) : o.in(4);
        Tensor weight = o.in(kernel.dataOperands());
        Tensor bias = o.in(kernel.dataOperands() + 1);
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        return planes(o.in(0), epilogue, (c, first, end) -> {
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
        return inputGradient(kernel, o, ElementFunction.NOTHING);
    }

    /** The gradient and a function of it, applied to each plane once it is computed. */
    Runnable inputGradient(BatchNormGradInput kernel, Operands o, ElementFunction epilogue) {
        return kernel.norm().ofBatch()
                ? ofBatch(kernel.norm().eps(), o, epilogue)
                : ofRunning(kernel.norm().eps(), o, epilogue);
    }

    private Runnable ofRunning(double eps, Operands o, ElementFunction epilogue) {
        MemorySegment g = o.in(0).data();
        MemorySegment dx = o.out().data();
        return planes(o.in(0), epilogue, (c, first, end) -> {
            float scale = (float) (o.in(1).get(c) / Math.sqrt(o.in(2).get(c) + eps));
            for (long at = first; at < end; at += Float.BYTES) {
                dx.set(JAVA_FLOAT, at, g.get(JAVA_FLOAT, at) * scale);
            }
        });
    }

    private Runnable ofBatch(double eps, Operands o, ElementFunction epilogue) {
        MemorySegment g = o.in(0).data();
        MemorySegment x = o.in(1).data();
        MemorySegment dx = o.out().data();
        int channels = o.out().shape().dim(1);
        int count = o.out().elements() / channels;
        return planes(o.in(0), epilogue, (c, first, end) -> {
            double deviation = Math.sqrt(o.in(2).get(channels + c) + eps);
            double scale = o.in(3).get(c) / deviation;
            // In float64: in a small batch nearly all of the gradient cancels out.
            double centre = o.in(2).get(c);
            double slope = o.in(4).get(c) / deviation / count;
            double mean = (double) o.in(4).get(channels + c) / count;
            for (long at = first; at < end; at += Float.BYTES) {
                double own = g.get(JAVA_FLOAT, at) - mean - (x.get(JAVA_FLOAT, at) - centre) * slope;
                dx.set(JAVA_FLOAT, at, (float) (scale * own));
            }
        });
    }

    Runnable gradientSums(BatchNormGradSums kernel, Operands o) {
        boolean ofBatch = kernel.norm().ofBatch();
        Tensor mean = ofBatch ? o.in(2).row(0) : o.in(2);
        Tensor variance = ofBatch ? o.in(2).row(1) : o.in(3);
        MemorySegment g = o.in(0).data();
        MemorySegment x = o.in(1).data();
        Planes planes = Planes.of(o.in(0));
        return cpu.forEach(planes.channels(), planes.count(), (c, slot) -> {
            double centre = mean.get(c);
            double byWeight = 0;
            double byBias = 0;
            for (int n = 0; n < planes.batch(); n++) {
                long end = planes.end(n, c);
                for (long at = planes.first(n, c); at < end; at += Float.BYTES) {
                    double gradient = g.get(JAVA_FLOAT, at);
                    byWeight += gradient * (x.get(JAVA_FLOAT, at) - centre);
                    byBias += gradient;
                }
            }
            double deviation = Math.sqrt(variance.get(c) + kernel.norm().eps());
            o.out().set(c, (float) (byWeight / deviation));
            o.out().set(planes.channels() + c, (float) byBias);
        });
    }

    /**
     * One pass: sums of distances from the first element of the channel, and of their squares, in float64. The variance is
     * wrong by at most 1e-16 of the squared distance between that element and the mean.
     */
    Runnable moments(ChannelMoments kernel, Operands o) {
        MemorySegment x = o.in(0).data();
        Planes planes = Planes.of(o.in(0));
        return cpu.forEach(planes.channels(), planes.count(), (c, slot) -> {
            double origin = x.get(JAVA_FLOAT, planes.first(0, c));
            double sum = 0;
            double squares = 0;
            for (int n = 0; n < planes.batch(); n++) {
                long end = planes.end(n, c);
                for (long at = planes.first(n, c); at < end; at += Float.BYTES) {
                    double d = x.get(JAVA_FLOAT, at) - origin;
                    sum += d;
                    squares += d * d;
                }
            }
            double mean = sum / planes.count();
            o.out().set(c, (float) (origin + mean));
            o.out().set(planes.channels() + c, (float) Math.max(0, squares / planes.count() - mean * mean));
        });
    }

    /** One number for each channel, which is too little for several threads. */
    Runnable running(Running kernel, Operands o) {
        Tensor batch = o.in(1).row(kernel.row());
        return () -> {
            for (int i = 0; i < o.out().elements(); i++) {
                o.out().set(i, (float) kernel.next(o.in(0).get(i), batch.get(i)));
            }
        };
    }

    private Runnable planes(Tensor x, ElementFunction epilogue, Plane plane) {
        Planes planes = Planes.of(x);
        return cpu.forEach(planes.batch() * planes.channels(), planes.area(), (i, slot) -> {
            int n = i / planes.channels();
            int c = i % planes.channels();
            plane.map(c, planes.first(n, c), planes.end(n, c));
            epilogue.apply((long) i * planes.area(), planes.area(), slot);
        });
    }

    /** The planes of a tensor {@code [N, C, …]}: one for each channel of each sample. */
    private record Planes(int batch, int channels, int area) {
        static Planes of(Tensor x) {
            return new Planes(x.shape().dim(0), x.shape().dim(1), x.shape().elementsFrom(2));
        }

        /** The elements of a channel. */
        long count() {
            return (long) batch * area;
        }

        /** Where a plane begins, in bytes. */
        long first(int n, int c) {
            return Elements.offset(n * channels + c) * area;
        }

        long end(int n, int c) {
            return first(n, c) + Elements.offset(area);
        }
    }

    /** What is done with one plane of a channel, which lies between two places in bytes. */
    private interface Plane {
        void map(int channel, long first, long end);
    }
}
