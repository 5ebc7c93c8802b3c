package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.runtime.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a recorded program: an input, the result of a step or a parameter. It lies in row-major order or in blocks
 * of channels, or both where kernels want it so.
 */
public class Value {
    final Program program;
    /** The memory in row-major order, which may turn out to be unused. */
    final Storage storage;
    /** The memory in blocks of channels, if any. */
    private @Nullable Storage blocks;
    /** How the blocks lie, if any. */
    private int lanes = 1;
    /** How it is computed: 1 or {@link #lanes}. */
    private int computed = 1;

    final String where;
    private final Sizes shape;

    Value(Program program, Storage storage, Sizes shape, String where) {
        this.program = program;
        this.storage = storage;
        this.shape = shape;
        this.where = where;
    }

    /** The shape. */
    public final Sizes shape() {
        return shape;
    }

    /** The shape with its memory, once bound. */
    final Tensor tensor() {
        return tensor(1);
    }

    /** The shape with its memory in row-major order (1) or in blocks, once bound. */
    final Tensor tensor(int in) {
        return new Tensor(shape, storage(in).memory(), in);
    }

    /** The lanes with which it is computed. */
    final int computed() {
        return computed;
    }

    /** Says that it is computed in blocks, into memory of their own. */
    final void computed(int in, Storage memory) {
        computed = in;
        inBlocks(in, memory);
    }

    /** Gives it memory in blocks of channels. */
    final void inBlocks(int in, Storage memory) {
        lanes = in;
        blocks = memory;
    }

    /** Whether it has memory in row-major order (1) or in blocks. */
    final boolean lies(int in) {
        return in == 1 ? computed == 1 : lanes == in;
    }

    /** Its memory in row-major order (1) or in blocks. */
    final Storage storage(int in) {
        if (in == 1) {
            return storage;
        }
        if (blocks == null || in != lanes) {
            throw new IllegalStateException(where + " does not lie in blocks of " + in + " channels");
        }
        return blocks;
    }
}
