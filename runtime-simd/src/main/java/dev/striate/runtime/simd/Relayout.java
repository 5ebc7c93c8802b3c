package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Copies feature maps from row-major order to blocks of channels, and back. */
record Relayout(Cpu cpu) {
    /** Elements of each channel that are copied together: few enough for all channels of a block to stay in the cache. */
    private static final int RUN = 64;

    /** A copy of a tensor into one of the same shape that lies in the other way. */
    Runnable bind(Tensor from, Tensor to) {
        Sizes shape = from.shape();
        int area = shape.elementsFrom(2);
        int channels = shape.dim(1);
        int blocks = Math.ceilDiv(channels, LANES);
        boolean toBlocks = to.lanes() > 1;
        MemorySegment rows = toBlocks ? from.data() : to.data();
        MemorySegment inBlocks = toBlocks ? to.data() : from.data();
        return cpu.forEach(shape.dim(0) * blocks, (long) area * LANES, (index, slot) -> {
            int first = index % blocks * LANES;
            int used = Math.min(LANES, channels - first);
            long row = Float.BYTES * ((long) (index / blocks) * channels + first) * area;
            long block = (long) Float.BYTES * index * area * LANES;
            if (toBlocks) {
                toBlock(rows, row, inBlocks, block, area, used);
            } else {
                toRows(rows, row, inBlocks, block, area, used);
            }
        });
    }

    private static void toBlock(MemorySegment rows, long row, MemorySegment blocks, long block, int area, int used) {
        for (int start = 0; start < area; start += RUN) {
            int end = Math.min(area, start + RUN);
            for (int lane = 0; lane < used; lane++) {
                long source = row + (long) Float.BYTES * lane * area;
                for (int i = start; i < end; i++) {
                    float value = rows.get(JAVA_FLOAT, source + (long) Float.BYTES * i);
                    blocks.set(JAVA_FLOAT, block + Float.BYTES * ((long) i * LANES + lane), value);
                }
            }
            for (int lane = used; lane < LANES; lane++) {
                for (int i = start; i < end; i++) {
                    blocks.set(JAVA_FLOAT, block + Float.BYTES * ((long) i * LANES + lane), 0);
                }
            }
        }
    }

    private static void toRows(MemorySegment rows, long row, MemorySegment blocks, long block, int area, int used) {
        for (int start = 0; start < area; start += RUN) {
            int end = Math.min(area, start + RUN);
            for (int lane = 0; lane < used; lane++) {
                long target = row + (long) Float.BYTES * lane * area;
                for (int i = start; i < end; i++) {
                    float value = blocks.get(JAVA_FLOAT, block + Float.BYTES * ((long) i * LANES + lane));
                    rows.set(JAVA_FLOAT, target + (long) Float.BYTES * i, value);
                }
            }
        }
    }
}
