package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;

/** An element-wise function as a {@link VectorProgram}; 0 in the channels that the last block has too many. */
final class BlockExpression implements BlockFunction {
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

    /** See {@link BlockFunction#of}. */
    BlockExpression(Cpu cpu, Pointwise function, List<Tensor> operands, Tensor out) {
        this.cpu = cpu;
        Sizes shape = out.shape();
        program = new VectorProgram(function.expr(), function.arity());
        this.operands = operands.stream().map(x -> BlockOperand.of(x, shape)).toArray(BlockOperand[]::new);
        read = IntStream.range(0, operands.size()).filter(function.expr()::uses).toArray();
        result = out.data();
        channels = shape.dim(1);
        blocks = out.blocks();
        area = shape.elementsFrom(2);
        cpu.scratch().reserveRegisters(program.bytes());
        places = IntStream.range(0, cpu.pool().threads())
                .mapToObj(slot -> program.newPlaces())
                .toArray(Places[]::new);
    }

    @Override
    public void apply(int image, int block, int first, int pixels, int slot) {
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

    /** Sets the lanes from {@code used} on to 0, one by one: a mask that is made in each call would be boxed. */
    private static void clear(MemorySegment y, long at, int vectors, int used) {
        for (int i = 0; i < vectors; i++) {
            for (int lane = used; lane < LANES; lane++) {
                y.set(JAVA_FLOAT, at + (long) i * BYTES + (long) lane * Float.BYTES, 0);
            }
        }
    }
}
