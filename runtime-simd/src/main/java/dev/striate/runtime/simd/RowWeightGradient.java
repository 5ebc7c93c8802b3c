package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;

/**
 * Gradients by the weights of padded convolutions with few output channels, which would fill less than half a block: vectors are
 * neighbouring pixels of one channel, and all lies in row-major order. The bands of all images fall into parts, whose sums are added
 * up in order afterwards; how many there are follows from the shapes alone.
 *
 * @param cpu the threads
 */
record RowWeightGradient(Cpu cpu) implements KernelFactory<ConvGradWeight> {
    private static final int PARTS = 8;

    /** Elements of a weight whose sums, a vector each in every part, are worth the memory. */
    private static final int MOST = 4096;

    @Override
    public boolean accepts(ConvGradWeight kernel, List<Sizes> operands) {
        DirectSums sums = DirectSums.forward(kernel.conv(), operands.get(1));
        return kernel.conv().groups() == 1
                && 2 * sums.out() <= LANES
                && sums.out() * sums.steps() <= MOST
                && RowSums.fits(sums)
                && !RowSums.source(sums).inPlace();
    }

    @Override
    public long workspace(ConvGradWeight kernel, List<Sizes> operands) {
        Plan plan = new Plan(DirectSums.forward(kernel.conv(), operands.get(1)));
        return plan.worker(cpu.pool().threads());
    }

    @Override
    public Runnable bind(ConvGradWeight kernel, Operands o) {
        Plan plan = new Plan(DirectSums.forward(kernel.conv(), o.in(1).shape()));
        Run run = new Run(plan, o);
        Runnable parts = cpu.parallel(plan.parts, run::part);
        Runnable sums = cpu.forEach(plan.sums.out(), (long) plan.parts * plan.steps.length * LANES, run::sum);
        return Described.as("rows", () -> {
            parts.run();
            sums.run();
        });
    }

    /** What follows from the shapes. Memory: the sums of each part {@code [out, steps, LANES]}, then for each worker a band of both, and a tile. */
    private static final class Plan {
        private final DirectSums sums;
        private final DirectSource source;
        private final int[] steps;
        /** Bands of an image, and of all. */
        private final int bands;

        private final int allBands;
        private final int parts;
        /** The vectors of a row of the result. */
        private final int across;
        /** How far each vector of a band is from the first: of the source, and of the gradient. */
        private final int[] read;

        private final int[] gradient;

        Plan(DirectSums sums) {
            this.sums = sums;
            source = RowSums.source(sums);
            steps = source.steps(0, 0);
            bands = Math.ceilDiv(sums.rows().out(), source.bandRows());
            allBands = bands * sums.images();
            parts = Math.min(PARTS, allBands);
            across = Math.ceilDiv(sums.columns().out(), LANES);
            int vectors = source.bandRows() * across;
            read = IntStream.range(0, vectors)
                    .map(i -> Math.toIntExact((long) (i / across) * sums.rows().stride() * source.rowBytes()
                            + (long) (i % across) * BYTES))
                    .toArray();
            gradient = IntStream.range(0, vectors).map(i -> i * BYTES).toArray();
        }

        long partBytes() {
            return (long) sums.out() * steps.length * BYTES;
        }

        /** Where the memory of a worker begins, or where that of all ends. */
        long worker(int slot) {
            return parts * partBytes() + slot * (sourceBytes() + sums.out() * planeBytes() + RowProducts.TILE);
        }

        /** Of a band, and of what vectors at its end read beyond: zeros, too. */
        long sourceBytes() {
            return source.bytes() + 2L * BYTES;
        }

        /** Of one channel of the gradient. */
        long planeBytes() {
            return (long) gradient.length * BYTES;
        }
    }

    /** The work on given memory. */
    private static final class Run {
        private final Plan plan;
        private final Tensor g;
        private final Tensor x;
        private final MemorySegment result;
        private final MemorySegment memory;

        Run(Plan plan, Operands o) {
            this.plan = plan;
            g = o.in(0);
            x = o.in(1);
            result = o.out().data();
            memory = o.workspace();
        }

        void part(int part, int slot) {
            long own = part * plan.partBytes();
            VectorLoops.fill(memory, own, plan.sums.out() * plan.steps.length * LANES, 0);
            long source = plan.worker(slot);
            long gradient = source + plan.sourceBytes();
            int end = plan.allBands * (part + 1) / plan.parts;
            for (int i = plan.allBands * part / plan.parts; i < end; i++) {
                plan.source.fill(x, i / plan.bands, 0, i % plan.bands, memory, source);
                VectorLoops.fill(memory, source + plan.source.bytes(), 2 * LANES, 0);
                gradient(i / plan.bands, i % plan.bands, gradient);
                for (int out = 0; out < plan.sums.out(); out += RowProducts.CHANNELS) {
                    for (int step = 0; step < plan.steps.length; step += RowProducts.STEPS) {
                        add(out, step, source, gradient, own);
                    }
                }
            }
        }

        /** Adds the products of a tile to a part. */
        private void add(int out, int step, long source, long gradient, long part) {
            int channels = Math.min(RowProducts.CHANNELS, plan.sums.out() - out);
            int count = Math.min(RowProducts.STEPS, plan.steps.length - step);
            long tile = gradient + plan.sums.out() * plan.planeBytes();
            RowProducts.set(
                    channels,
                    count,
                    memory,
                    source,
                    plan.steps,
                    step,
                    plan.read,
                    gradient + out * plan.planeBytes(),
                    plan.planeBytes(),
                    plan.gradient,
                    tile);
            for (int c = 0; c < channels; c++) {
                for (int i = 0; i < count; i++) {
                    long from = tile + ((long) c * RowProducts.STEPS + i) * BYTES;
                    long at = part + ((long) (out + c) * plan.steps.length + step + i) * BYTES;
                    FloatVector.fromMemorySegment(S, memory, at, ORDER)
                            .add(FloatVector.fromMemorySegment(S, memory, from, ORDER))
                            .intoMemorySegment(memory, at, ORDER);
                }
            }
        }

        /** Copies a band of the gradient with zeros behind each row, and behind the last. */
        private void gradient(int image, int band, long to) {
            int width = plan.sums.columns().out();
            int first = band * plan.source.bandRows();
            int rows = Math.min(plan.source.bandRows(), plan.sums.rows().out() - first);
            int pitch = plan.across * LANES;
            for (int out = 0; out < plan.sums.out(); out++) {
                long plane = to + out * plan.planeBytes();
                int from = ((image * plan.sums.out() + out) * plan.sums.rows().out() + first) * width;
                for (int row = 0; row < rows; row++) {
                    copy((long) Float.BYTES * (from + row * width), width, plane + (long) row * pitch * Float.BYTES);
                }
                long end = plane + (long) rows * pitch * Float.BYTES;
                VectorLoops.fill(memory, end, (plan.source.bandRows() - rows) * pitch, 0);
            }
        }

        private void copy(long from, int width, long to) {
            VectorLoops.copy(g.data(), from, memory, to, width);
            for (int i = width; i % LANES > 0; i++) {
                memory.set(JAVA_FLOAT, to + (long) Float.BYTES * i, 0);
            }
        }

        /** Adds up the sums of one output channel: part by part and lane by lane. */
        void sum(int out, int slot) {
            for (int step = 0; step < plan.steps.length; step++) {
                int element = out * plan.steps.length + step;
                double sum = 0;
                for (int part = 0; part < plan.parts; part++) {
                    long at = part * plan.partBytes() + (long) element * BYTES;
                    for (int lane = 0; lane < LANES; lane++) {
                        sum += memory.get(JAVA_FLOAT, at + (long) Float.BYTES * lane);
                    }
                }
                result.set(JAVA_FLOAT, (long) Float.BYTES * element, (float) sum);
            }
        }
    }
}
