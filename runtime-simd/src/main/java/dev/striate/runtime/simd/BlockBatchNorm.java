package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Doubles.BLOCK_BYTES;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.expr.Expr;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradSums;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Batch normalization in blocks of channels, its statistics and its gradients. */
record BlockBatchNorm(Cpu cpu) {
    private static final Pointwise SCALE = new Pointwise("scale", 2, Expr.arg(0).times(Expr.arg(1)));

    /** The scratch memory of {@link #forward}: a factor and a summand for each channel. */
    static long forwardBytes(Sizes x) {
        return 2L * Float.BYTES * x.dim(1);
    }

    /** Normalizes one run of pixels after the other, each followed by a function while it is in the nearest cache. */
    Runnable forward(BatchNorm kernel, Operands o, BlockFunction epilogue) {
        Tensor mean = kernel.ofBatch() ? o.in(1).row(0) : o.in(3);
        Tensor variance = kernel.ofBatch() ? o.in(1).row(1) : o.in(4);
        Tensor weight = o.in(kernel.dataOperands());
        Tensor bias = o.in(kernel.dataOperands() + 1);
        Tensor scale = perChannel(o, 0);
        Tensor shift = perChannel(o, 1);
        BlockFunction affine = BlockFunction.of(cpu, Pointwise.affine(), List.of(o.in(0), scale, shift), o.out());
        Runnable body = inRuns(o.out(), affine, epilogue);
        return () -> {
            for (int c = 0; c < scale.elements(); c++) {
                double factor = weight.get(c) / Math.sqrt(variance.get(c) + kernel.eps());
                scale.set(c, (float) factor);
                shift.set(c, (float) (bias.get(c) - mean.get(c) * factor));
            }
            body.run();
        };
    }

    private static Tensor perChannel(Operands o, int index) {
        int channels = o.out().shape().dim(1);
        long bytes = (long) Float.BYTES * channels;
        return new Tensor(Sizes.of(1, channels), o.workspace().asSlice(index * bytes, bytes));
    }

    private Runnable inRuns(Tensor out, BlockFunction function, BlockFunction epilogue) {
        return Regions.of(out).forEach(cpu, (image, block, first, pixels, slot) -> {
            for (int done = 0; done < pixels; done += VectorProgram.RUN) {
                int n = Math.min(VectorProgram.RUN, pixels - done);
                function.apply(image, block, first + done, n, slot);
                epilogue.apply(image, block, first + done, n, slot);
            }
        });
    }

    /** The scratch memory of {@link #inputGradient}: four numbers for each channel, or a scale. */
    static long inputGradientBytes(Sizes x) {
        return 4L * BLOCK_BYTES * Math.ceilDiv(x.dim(1), LANES);
    }

    /** The gradient by x, followed by a function as in {@link #forward}. */
    Runnable inputGradient(BatchNormGradInput kernel, Operands o, BlockFunction epilogue) {
        double eps = kernel.norm().eps();
        if (!kernel.norm().ofBatch()) {
            Tensor scale = perChannel(o, 0);
            Runnable body = inRuns(o.out(), BlockFunction.of(cpu, SCALE, List.of(o.in(0), scale), o.out()), epilogue);
            return () -> {
                for (int c = 0; c < scale.elements(); c++) {
                    scale.set(c, (float) (o.in(1).get(c) / Math.sqrt(o.in(2).get(c) + eps)));
                }
                body.run();
            };
        }
        MemorySegment g = o.in(0).data();
        MemorySegment x = o.in(1).data();
        MemorySegment dx = o.out().data();
        MemorySegment numbers = o.workspace();
        int blocks = o.out().blocks();
        int area = o.out().shape().elementsFrom(2);
        Runnable body = inRuns(
                o.out(),
                (image, block, first, pixels, slot) -> {
                    long at = (((long) image * blocks + block) * area + first) * BYTES;
                    BatchNormLoops.inputGradient(g, x, dx, at, pixels, numbers, 4L * BLOCK_BYTES * block);
                },
                epilogue);
        return () -> {
            numbers(o, eps);
            body.run();
        };
    }

    /** What {@link BatchNormLoops#inputGradient} reads: 0 in the channels that the last block has too many. */
    private static void numbers(Operands o, double eps) {
        int channels = o.out().shape().dim(1);
        double count = (double) o.out().elements() / channels;
        for (int c = 0; c < o.out().blocks() * LANES; c++) {
            boolean real = c < channels;
            double deviation = real ? Math.sqrt(o.in(2).get(channels + c) + eps) : 1;
            set(o.workspace(), c, 0, real ? o.in(2).get(c) : 0);
            set(o.workspace(), c, 1, real ? o.in(4).get(c) / deviation / count : 0);
            set(o.workspace(), c, 2, real ? o.in(4).get(channels + c) / count : 0);
            set(o.workspace(), c, 3, real ? o.in(3).get(c) / deviation : 0);
        }
    }

    private static void set(MemorySegment numbers, int channel, int number, double value) {
        long block = channel / LANES * 4L + number;
        numbers.set(JAVA_DOUBLE, block * BLOCK_BYTES + (long) Double.BYTES * (channel % LANES), value);
    }

    /** The scratch memory of {@link #gradientSums}. */
    static long gradientSumsBytes(Sizes x) {
        return BlockSums.of(x, 2).bytes() + meansBytes(x);
    }

    private static long meansBytes(Sizes x) {
        return (long) BLOCK_BYTES * Math.ceilDiv(x.dim(1), LANES);
    }

    /** The gradients by weight and bias. */
    Runnable gradientSums(BatchNormGradSums kernel, Operands o) {
        Tensor mean = kernel.norm().ofBatch() ? o.in(2).row(0) : o.in(2);
        Tensor variance = kernel.norm().ofBatch() ? o.in(2).row(1) : o.in(3);
        MemorySegment g = o.in(0).data();
        MemorySegment x = o.in(1).data();
        Sizes shape = o.in(0).shape();
        int channels = shape.dim(1);
        BlockSums sums = BlockSums.of(shape, 2);
        MemorySegment means = o.workspace().asSlice(0, meansBytes(shape));
        MemorySegment partial = o.workspace().asSlice(meansBytes(shape), sums.bytes());
        Runnable body = sums.bind(
                cpu,
                channels,
                partial,
                (from, pixels, block, memory, at) ->
                        BatchNormLoops.gradientSums(g, x, from, pixels, means, (long) BLOCK_BYTES * block, memory, at),
                c -> {
                    double deviation = Math.sqrt(variance.get(c) + kernel.norm().eps());
                    o.out().set(c, (float) (sums.total(partial, c, 0) / deviation));
                    o.out().set(channels + c, (float) sums.total(partial, c, 1));
                });
        return () -> {
            for (int c = 0; c < o.in(0).blocks() * LANES; c++) {
                means.setAtIndex(JAVA_DOUBLE, c, c < channels ? mean.get(c) : 0);
            }
            body.run();
        };
    }

    /**
     * One pass: sums of distances from the first element of the channel, and of their squares, in float64. The variance is
     * wrong by at most 1e-16 of the squared distance between that element and the mean.
     */
    Runnable moments(ChannelMoments kernel, Operands o) {
        Tensor x = o.in(0);
        MemorySegment data = x.data();
        int channels = x.shape().dim(1);
        int area = x.shape().elementsFrom(2);
        double count = (double) x.elements() / channels;
        BlockSums sums = BlockSums.of(x.shape(), 2);
        return sums.bind(
                cpu,
                channels,
                o.workspace(),
                (from, pixels, block, memory, at) ->
                        BatchNormLoops.moments(data, from, pixels, (long) block * area * BYTES, memory, at),
                c -> {
                    long origin = (long) (c / LANES) * area * BYTES + (long) Float.BYTES * (c % LANES);
                    double mean = sums.total(o.workspace(), c, 0) / count;
                    double squares = sums.total(o.workspace(), c, 1);
                    o.out().set(c, (float) (data.get(JAVA_FLOAT, origin) + mean));
                    o.out().set(channels + c, (float) Math.max(0, squares / count - mean * mean));
                });
    }

    /** The sums of all channels. */
    Runnable channelSum(ChannelSum kernel, Operands o) {
        MemorySegment data = o.in(0).data();
        BlockSums sums = BlockSums.of(o.in(0).shape(), 1);
        return sums.bind(
                cpu,
                o.out().elements(),
                o.workspace(),
                (from, pixels, block, memory, at) -> BatchNormLoops.sum(data, from, pixels, memory, at),
                c -> o.out().set(c, (float) sums.total(o.workspace(), c, 0)));
    }
}
