package dev.striate.runtime.simd;

import java.lang.foreign.MemorySegment;

/**
 * Native memory without checks, for loops that are called very often for little work: they take addresses. The JIT compiler
 * knows everything of this segment, so that little is left of its checks, and nothing with {@link #ADDRESS}; of another one it has to find out in each loop
 * which kind it is, as soon as the process has used one on the heap, which made MobileNetV2 1.2 times as slow. What is
 * written or read beside the memory of a tensor is not noticed: tests surround that with guards.
 */
final class Memory {
    /** All memory of the process: an address is the offset. */
    @SuppressWarnings("restricted") // SimdKernels looks whether it is allowed
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** All bits that an address has: with it the JIT compiler sees that a sum is not negative, and leaves out the last checks. */
    static final long ADDRESS = (1L << 56) - 1;

    private Memory() {}
}
