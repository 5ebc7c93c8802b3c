package dev.striate.runtime.backend.cpu;

import java.util.Arrays;

/**
 * Small arrays on the heap, where the JIT compiler vectorises loops over several operands (over off-heap segments it
 * cannot tell that they do not overlap): blocks of tensors are copied in, worked on and copied out. One set for each
 * worker, shared by all kernels of a session; kernels say at bind time how much they need.
 */
public final class Scratch {
    private final float[][][] arrays;

    /** For {@code slots} workers. */
    Scratch(int slots) {
        arrays = new float[slots][0][0];
    }

    /** Makes array {@code index} of every worker at least {@code length} long. */
    public void reserve(int index, int length) {
        for (int slot = 0; slot < arrays.length; slot++) {
            int before = arrays[slot].length;
            if (index >= before) {
                arrays[slot] = Arrays.copyOf(arrays[slot], index + 1);
                Arrays.fill(arrays[slot], before, index + 1, new float[0]);
            }
            if (arrays[slot][index].length < length) {
                arrays[slot][index] = new float[length];
            }
        }
    }

    /** Array {@code index} of a worker, of undefined content. */
    public float[] array(int slot, int index) {
        return arrays[slot][index];
    }
}
