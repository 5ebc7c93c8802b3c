package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Doubles.BLOCK_BYTES;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import dev.striate.core.Sizes;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;

/**
 * Sums over every channel of feature maps in blocks, in float64: of some images at a time, and then of those, in an order
 * that follows from the shape alone.
 *
 * @param numbers how many sums each channel has
 * @param images the images of a part
 * @param parts the parts of the batch
 */
record BlockSums(int numbers, int batch, int blocks, int area, int images, int parts) {
    /** Adds one image's block to the sums of its channels. */
    @FunctionalInterface
    interface Term {
        /**
         * Adds.
         *
         * @param from where the pixels begin, in bytes
         * @param pixels how many
         * @param block the block of channels
         * @param sums where the sums are, one block of numbers after the other
         * @param at where they begin, in bytes
         */
        void add(long from, int pixels, int block, MemorySegment sums, long at);
    }

    /** Sums over feature maps of a shape. */
    static BlockSums of(Sizes shape, int numbers) {
        int area = shape.elementsFrom(2);
        int images = Math.clamp(Math.ceilDiv(4L * Cpu.GRAIN, (long) area * LANES), 1, shape.dim(0));
        return new BlockSums(
                numbers,
                shape.dim(0),
                Math.ceilDiv(shape.dim(1), LANES),
                area,
                images,
                Math.ceilDiv(shape.dim(0), images));
    }

    /** The scratch memory that they take, in bytes. */
    long bytes() {
        return (long) parts * blocks * numbers * BLOCK_BYTES;
    }

    /**
     * A kernel that sums up.
     *
     * @param result takes the {@link #total totals} of a channel
     */
    Runnable bind(Cpu cpu, int channels, MemorySegment sums, Term term, IntConsumer result) {
        int own = numbers * BLOCK_BYTES;
        Runnable partial = cpu.forEach(parts * blocks, (long) images * area * LANES, (index, slot) -> {
            int block = index % blocks;
            int end = Math.min(batch, (index / blocks + 1) * images);
            long at = (long) index * own;
            VectorLoops.fill(sums, at, own / Float.BYTES, 0);
            for (int image = index / blocks * images; image < end; image++) {
                term.add(((long) image * blocks + block) * area * BYTES, area, block, sums, at);
            }
        });
        Runnable total = cpu.forEach(channels, (long) numbers * parts, (channel, slot) -> result.accept(channel));
        return () -> {
            partial.run();
            total.run();
        };
    }

    /** One of the sums of a channel, over the whole batch. */
    double total(MemorySegment sums, int channel, int number) {
        double sum = 0;
        for (int part = 0; part < parts; part++) {
            long block = ((long) part * blocks + channel / LANES) * numbers + number;
            sum += sums.get(JAVA_DOUBLE, block * BLOCK_BYTES + (long) Double.BYTES * (channel % LANES));
        }
        return sum;
    }
}
