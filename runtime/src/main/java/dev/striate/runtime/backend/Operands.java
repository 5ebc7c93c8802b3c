package dev.striate.runtime.backend;

import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What a kernel works on.
 *
 * @param in the data operands and then the kernel's parameters, in the order that its description documents
 * @param out the result; shares no memory with the operands, unless the kernel is element-wise: then perhaps with
 *     one of its shape
 * @param workspace scratch memory of the size asked for, whose content is undefined before every run
 * @param workerMemory that of the threads, of the size asked for or more, the same in all steps of a session
 * @param packs where it keeps weights in a form of its own
 * @param random what random kernels read
 * @param where the step in words, such as {@code lenet5.cnn:8: conv1}, to begin a message with
 */
public record Operands(
        List<Tensor> in,
        Tensor out,
        MemorySegment workspace,
        MemorySegment workerMemory,
        Packs packs,
        RandomState random,
        String where) {
    /** Copies the list. */
    public Operands {
        in = List.copyOf(in);
    }

    /** The same step on other operands. */
    public Operands with(List<Tensor> operands) {
        return new Operands(operands, out, workspace, workerMemory, packs, random, where);
    }

    /** Operand {@code index}. */
    public Tensor in(int index) {
        return in.get(index);
    }

    /**
     * The class index of one sample of the batch, checked before anything is read with it.
     *
     * @param operand which operand is the label
     * @param classes the number of classes
     * @throws IllegalArgumentException when it is not in {@code 0..classes-1}; the message names the sample
     */
    public int label(int operand, int sample, int classes) {
        return label(operand, sample, classes, -1);
    }

    /**
     * The class index of one place of the batch; one that is {@code ignore} may be any number.
     *
     * @param place the row-major index in the label
     * @throws IllegalArgumentException when it is neither {@code ignore} nor in {@code 0..classes-1}; the message names
     *     the sample
     */
    public int label(int operand, int place, int classes, int ignore) {
        int label = in(operand).getInt(place);
        if (ignore >= 0 && label == ignore) {
            return label;
        }
        int sample = place / in(operand).shape().elementsFrom(1);
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException(where + ": the label of sample " + sample + " is " + label + ", but the "
                    + classes + " classes are numbered from 0 to " + (classes - 1));
        }
        return label;
    }
}
