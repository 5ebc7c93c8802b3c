package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An element-wise function that is applied to runs of elements as they lie: of tensors in row-major order; or of tensors
 * in blocks, when all have the same shape or are a number.
 */
final class RowFunction {
    private static final int RUN = VectorProgram.RUN * LANES;

    private final Cpu cpu;
    private final VectorProgram program;
    private final RowOperand[] operands;
    /** The operands that the function reads. */
    private final int[] read;

    private final MemorySegment result;
    /** For every worker. */
    private final Places[] places;

    private RowFunction(Cpu cpu, Pointwise function, List<Tensor> operands, Tensor out) {
        this.cpu = cpu;
        program = new VectorProgram(function.expr(), function.arity());
        this.operands = operands.stream().map(x -> RowOperand.of(x, out)).toArray(RowOperand[]::new);
        read = IntStream.range(0, operands.size()).filter(function.expr()::uses).toArray();
        result = out.data();
        cpu.scratch().reserveRegisters(program.bytes());
        places = IntStream.range(0, cpu.pool().threads())
                .mapToObj(slot -> program.newPlaces())
                .toArray(Places[]::new);
    }

    /** A function of operands whose shapes meet, into a result that may be one of them. */
    static RowFunction of(Cpu cpu, Pointwise function, List<Tensor> operands, Tensor out) {
        return new RowFunction(cpu, function, operands, out);
    }

    /** That of what a fused kernel's anchor leaves in the result, in place. */
    static RowFunction behind(Cpu cpu, Fused kernel, Operands o) {
        List<Tensor> all = new ArrayList<>(List.of(o.out()));
        all.addAll(kernel.ofEpilogue(o.in()));
        return of(cpu, kernel.epilogue(), all, o.out());
    }

    /** Computes elements {@code first} to {@code first + n} of the result in a worker's slot. */
    void apply(int first, int n, int slot) {
        Places p = places[slot];
        MemorySegment scratch = cpu.scratch().registers(slot);
        program.useScratch(p, scratch);
        int whole = n - n % LANES;
        for (int done = 0; done < whole; done += RUN) {
            int count = Math.min(RUN, whole - done);
            locate(first + done, count, p, scratch);
            p.set(program.result(), result, (long) (first + done) * Float.BYTES, BYTES);
            program.run(p, count / LANES);
        }
        if (whole < n) {
            locate(first + whole, n - whole, p, scratch);
            long at = program.useScratch(p, program.result(), scratch);
            program.run(p, 1);
            MemorySegment.copy(
                    scratch, at, result, (long) (first + whole) * Float.BYTES, (long) (n - whole) * Float.BYTES);
        }
    }

    private void locate(int first, int n, Places p, MemorySegment scratch) {
        for (int index : read) {
            long own = program.useScratch(p, index, scratch);
            operands[index].locate(first, n, p, index, own);
        }
    }
}
