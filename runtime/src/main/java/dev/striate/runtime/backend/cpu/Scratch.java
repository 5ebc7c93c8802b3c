package dev.striate.runtime.backend.cpu;

import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Small arrays on the heap, where the JIT compiler vectorises loops over several operands (over off-heap segments it
 * cannot tell that they do not overlap): blocks of tensors are copied in, worked on and copied out. One set for each
 * worker, shared by all kernels of a session; kernels say at bind time how much they need.
 */
public final class Scratch {
    private final float[][][] arrays;
    private final MemorySegment[] registers;

    /** For {@code slots} workers. */
    Scratch(int slots) {
        arrays = new float[slots][0][0];
        registers = new MemorySegment[slots];
        Arrays.fill(registers, MemorySegment.NULL);
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

    /** Makes the registers of every worker at least so many bytes large. */
    public void reserveRegisters(long bytes) {
        for (int slot = 0; slot < registers.length; slot++) {
            if (registers[slot].byteSize() < bytes) {
                registers[slot] = Arena.ofAuto().allocate(bytes, Tensor.ALIGNMENT);
            }
        }
    }

    /**
     * Off-heap memory of a worker, of undefined content. It belongs to element-wise functions, which other kernels apply
     * to parts of their results.
     */
    public MemorySegment registers(int slot) {
        return registers[slot];
    }
}
