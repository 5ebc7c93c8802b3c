package dev.striate.runtime.backend;

import java.util.Collections;
import java.util.List;

/**
 * How the operands of a kernel lie in memory and how its result does: each in row-major order (1), or in blocks of so
 * many channels, or in the form of a device; see {@link dev.striate.runtime.tensor.Tensor#lanes}.
 *
 * @param operands the lanes of each operand, the kernel's parameters included
 * @param result the lanes of the result
 */
public record Layout(List<Integer> operands, int result) {
    /** Copies the list. */
    public Layout {
        operands = List.copyOf(operands);
    }

    /** All in row-major order. */
    public static Layout plain(int operands) {
        return new Layout(Collections.nCopies(operands, 1), 1);
    }

    /** Whether all is in row-major order. */
    boolean isPlain() {
        return result == 1 && operands.stream().allMatch(lanes -> lanes == 1);
    }
}
