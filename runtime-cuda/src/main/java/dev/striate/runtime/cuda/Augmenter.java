package dev.striate.runtime.cuda;

import dev.striate.core.recipe.Augmentation;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Call;
import java.lang.foreign.MemorySegment;

/** Transforms the pictures of an input on their way from where they were copied to where steps read them. */
final class Augmenter {
    private final Driver driver;
    private final long function;
    private final int blocks;
    private final long[] args;

    /**
     * Of one input.
     *
     * @param raw where pictures and numbers are copied to
     * @param input what steps read
     * @param function the kernel
     */
    Augmenter(Driver driver, MemorySegment raw, MemorySegment input, long function, Augmentation how, int samples) {
        this.driver = driver;
        this.function = function;
        this.blocks = Call.blocks(Math.toIntExact(input.byteSize() / Float.BYTES));
        this.args = new long[] {raw.address(), raw.address() + how.numbers(samples), input.address()};
    }

    /** Does it on a stream. */
    void run(long stream) {
        driver.launch(function, blocks, Call.BLOCK, args, stream);
    }
}
