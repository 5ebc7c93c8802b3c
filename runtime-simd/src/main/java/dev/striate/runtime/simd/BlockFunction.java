package dev.striate.runtime.simd;

/** An element-wise function of feature maps in blocks, applied to a part of its result while that is in the cache. */
@FunctionalInterface
interface BlockFunction {
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
}
