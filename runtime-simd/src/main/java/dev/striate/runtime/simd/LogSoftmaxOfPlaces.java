package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Doubles.D;
import static dev.striate.runtime.simd.Doubles.HALF_BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import dev.striate.core.kernel.LogSoftmax;
import dev.striate.core.kernel.LogSoftmaxGrad;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The logarithm of softmax over the classes at each place of a map, and its gradient, for as many neighbouring places at a time
 * as a vector has lanes, with sums in float64. Maps of fewer places, and single predictions, are left to the loops of the library.
 */
record LogSoftmaxOfPlaces(Cpu cpu) {
    /** What an exponential costs, in elements of an element-wise kernel. */
    private static final int EXPONENTIAL = 4;

    /** The logarithm of softmax. */
    KernelFactory<LogSoftmax> forward() {
        return new RowKernel<LogSoftmax>(
                (kernel, operands) -> PlaceColumns.fit(operands.get(0)), (kernel, operands) -> 0, this::forward);
    }

    private Runnable forward(LogSoftmax kernel, Operands o) {
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        return PlaceColumns.forEach(
                cpu, o.out().shape(), EXPONENTIAL, (at, classes, step, slot) -> logSoftmax(x, y, at, classes, step));
    }

    /** Its gradient. */
    KernelFactory<LogSoftmaxGrad> gradient() {
        return new RowKernel<LogSoftmaxGrad>(
                (kernel, operands) -> PlaceColumns.fit(operands.get(0)), (kernel, operands) -> 0, this::gradient);
    }

    private Runnable gradient(LogSoftmaxGrad kernel, Operands o) {
        MemorySegment g = o.in(0).data();
        MemorySegment y = o.in(1).data();
        MemorySegment dx = o.out().data();
        return PlaceColumns.forEach(
                cpu, o.out().shape(), EXPONENTIAL, (at, classes, step, slot) -> gradient(g, y, dx, at, classes, step));
    }

    /** {@code x - max - log(sum(exp(x - max)))}; places and steps as in {@link PlaceColumns.Task}. */
    private static void logSoftmax(MemorySegment x, MemorySegment y, long at, int classes, long step) {
        FloatVector max = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        for (int c = 0; c < classes; c++) {
            max = max.max(FloatVector.fromMemorySegment(S, x, at + c * step, ORDER));
        }
        DoubleVector low = DoubleVector.zero(D);
        DoubleVector high = DoubleVector.zero(D);
        for (int c = 0; c < classes; c++) {
            FloatVector e = VectorMath.exp(
                    FloatVector.fromMemorySegment(S, x, at + c * step, ORDER).sub(max));
            low = low.add(e.convertShape(VectorOperators.F2D, D, 0));
            high = high.add(e.convertShape(VectorOperators.F2D, D, 1));
        }
        FloatVector log = VectorMath.log(Doubles.join(low, high));
        for (int c = 0; c < classes; c++) {
            FloatVector.fromMemorySegment(S, x, at + c * step, ORDER)
                    .sub(max)
                    .sub(log)
                    .intoMemorySegment(y, at + c * step, ORDER);
        }
    }

    /** {@code g - exp(y) * sum(g)}. */
    private static void gradient(MemorySegment g, MemorySegment y, MemorySegment dx, long at, int classes, long step) {
        DoubleVector low = DoubleVector.zero(D);
        DoubleVector high = DoubleVector.zero(D);
        for (int c = 0; c < classes; c++) {
            low = low.add(Doubles.load(g, at + c * step));
            high = high.add(Doubles.load(g, at + c * step + HALF_BYTES));
        }
        FloatVector sum = Doubles.join(low, high);
        for (int c = 0; c < classes; c++) {
            FloatVector e = VectorMath.exp(FloatVector.fromMemorySegment(S, y, at + c * step, ORDER));
            FloatVector.fromMemorySegment(S, g, at + c * step, ORDER)
                    .sub(e.mul(sum))
                    .intoMemorySegment(dx, at + c * step, ORDER);
        }
    }
}
