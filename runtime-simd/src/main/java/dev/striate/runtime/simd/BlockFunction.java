package dev.striate.runtime.simd;

import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.util.List;

/** An element-wise function of feature maps in blocks, applied to a part of its result while that is in the cache. */
@FunctionalInterface
interface BlockFunction {
    /** Changes nothing. */
    BlockFunction NOTHING = (image, block, first, pixels, slot) -> {};

    /**
     * Computes pixels of one block of channels.
     *
     * @param image the sample
     * @param block the block of channels
     * @param first the first pixel
     * @param pixels how many
     * @param slot the worker
     */
    void apply(int image, int block, int first, int pixels, int slot);

    /**
     * A function of operands whose shapes meet. It leaves 0 in the channels that the last block has too many.
     *
     * @param operands in blocks where they have the result's shape; of other shapes in row-major order, or in blocks
     *     where they are {@code [N, C, 1, 1]}
     * @param out the result in blocks, {@code [N, C, H, W]}, which may be one of the operands
     */
    static BlockFunction of(Cpu cpu, Pointwise function, List<Tensor> operands, Tensor out) {
        return new BlockExpression(cpu, function, operands, out);
    }
}
