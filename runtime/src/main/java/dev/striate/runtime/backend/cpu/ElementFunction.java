package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.expr.Expr;
import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;

/** An element-wise function that is applied to parts of its operands, in blocks that stay in the nearest cache. */
@FunctionalInterface
interface ElementFunction {
    /** Changes nothing. */
    ElementFunction NOTHING = (first, n, slot) -> {};

    /** Computes elements {@code first} to {@code first + n} of the result in a worker's slot. */
    void apply(long first, int n, int slot);

    /** A function of operands whose shapes meet, into a result that may be one of them. */
    static ElementFunction of(Cpu cpu, Pointwise function, List<Tensor> operands, Tensor y) {
        ChannelAffine affine = ChannelAffine.of(function, operands, y.shape());
        Expr expr = affine == null ? function.expr() : affine.rest();
        PointwiseProgram program = new PointwiseProgram(expr, function.arity());
        for (int i = 0; i < program.registers(); i++) {
            cpu.scratch().reserve(i, PointwiseProgram.BLOCK);
        }
        List<Repeated> sources =
                operands.stream().map(x -> new Repeated(x, y.shape())).toList();
        int[] read = IntStream.range(0, sources.size()).filter(expr::uses).toArray();
        MemorySegment result = y.data();
        return (first, n, slot) -> {
            for (int done = 0; done < n; done += PointwiseProgram.BLOCK) {
                int from = Math.toIntExact(first + done);
                int count = Math.min(PointwiseProgram.BLOCK, n - done);
                for (int i : read) {
                    sources.get(i).load(from, count, cpu.scratch().array(slot, i));
                }
                if (affine != null) {
                    affine.apply(from, count, cpu.scratch().array(slot, 0));
                }
                float[] values = program.run(cpu.scratch(), slot, count);
                MemorySegment.copy(values, 0, result, JAVA_FLOAT, Elements.offset(from), count);
            }
        };
    }
}
