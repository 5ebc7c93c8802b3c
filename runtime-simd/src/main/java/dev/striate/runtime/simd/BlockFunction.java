package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;

/**
 * An element-wise function that is applied to regions of its operands in blocks of channels, such as a part of a result
 * that is still in the cache.
 */
final class BlockFunction {
    private final Cpu cpu;
    private final VectorProgram program;
    private final BlockOperand[] operands;
    /** The operands that the function reads. */
    private final int[] read;

    private final MemorySegment result;
    private final int channels;
    private final int blocks;
    private final int area;
    /** For every worker. */
    private final Places[] places;

    private BlockFunction(Cpu cpu, Pointwise function, List<Tensor> operands, Tensor out) {
        this.cpu = cpu;
        Sizes shape = out.shape();
        program = new VectorProgram(function.expr(), function.arity());
        this.operands = operands.stream().map(x -> BlockOperand.of(x, shape)).toArray(BlockOperand[]::new);
        read = IntStream.range(0, operands.size())
                .filter(function.expr()::uses)
                .toArray();
        result = out.data();
        channels = shape.dim(1);
        blocks = out.blocks();
        area = shape.elementsFrom(2);
        cpu.scratch().reserveRegisters(program.bytes());
        places = IntStream.range(0, cpu.pool().threads())
                .mapToObj(slot -> program.newPlaces())
                .toArray(Places[]::new);
    }

    /**
     * A function of operands whose shapes meet.
     *
     * @param operands in blocks where they have the result's shape; of other shapes in row-major order, or in blocks
     *     where they are {@code [N, C, 1, 1]}
     * @param out the result in blocks, {@code [N, C, H, W]}, which may be one of the operands
     */
    static BlockFunction of(Cpu cpu, Pointwise function, List<Tensor> operands, Tensor out) {
        return new BlockFunction(cpu, function, operands, out);
    }

    /**
     * Computes a part of one block of one image of the result; 0 in the channels that the last block has too many.
     *
     * @param image the index in the batch
     * @param block the block of channels
     * @param first the first pixel of the map, row by row
     * @param pixels how many
     * @param slot the worker
     */
    void apply(int image, int block, int first, int pixels, int slot) {
        Places p = places[slot];
        MemorySegment scratch = cpu.scratch().registers(slot);
        program.useScratch(p, scratch);
        int used = channels - block * LANES;
        for (int done = 0; done < pixels; done += VectorProgram.RUN) {
            int pixel = first + done;
            int n = Math.min(VectorProgram.RUN, pixels - done);
            for (int index : read) {
                long own = program.useScratch(p, index, scratch);
                operands[index].locate(image, block, pixel, n, p, index, own);
            }
            long at = ((long) (image * blocks + block) * area + pixel) * BYTES;
            p.set(program.result(), result, at, BYTES);
            program.run(p, n);
            if (used < LANES) {
                clear(result, at, n, used);
            }
        }
    }

    /** Sets the lanes from {@code used} on to 0. */
    private static void clear(MemorySegment y, long at, int vectors, int used) {
        var padding = S.indexInRange(0, used).not();
        for (int i = 0; i < vectors; i++) {
            long place = at + (long) i * BYTES;
            FloatVector.fromMemorySegment(S, y, place, ORDER).blend(0f, padding).intoMemorySegment(y, place, ORDER);
        }
    }
}
