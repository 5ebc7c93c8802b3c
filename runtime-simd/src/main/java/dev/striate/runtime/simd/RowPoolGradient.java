package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.Fused;
import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of means of windows of 2 x 2 with stride 2 and without padding, in row-major order. Vectors of a row may reach into the
 * rows below, which are computed afterwards; where there are none, elements are computed one by one.
 *
 * @param cpu the threads
 * @param others what does all other average pooling
 */
record RowPoolGradient(Cpu cpu, KernelFactory<AvgPoolGrad> others) implements KernelFactory<AvgPoolGrad> {
    /** Each element of the first half of a vector twice, and of the second. */
    private static final VectorShuffle<Float> FIRST = VectorShuffle.fromOp(S, i -> i / 2);

    private static final VectorShuffle<Float> SECOND = VectorShuffle.fromOp(S, i -> LANES / 2 + i / 2);

    @Override
    public long workspace(AvgPoolGrad kernel, List<Sizes> operands) {
        return others.workspace(kernel, operands);
    }

    @Override
    public long workerMemory(AvgPoolGrad kernel, List<Sizes> operands) {
        return others.workerMemory(kernel, operands);
    }

    @Override
    public Runnable bind(AvgPoolGrad kernel, Operands o) {
        return fits(kernel) ? bind(kernel, o, null) : others.bind(kernel, o);
    }

    private static Grid grid(AvgPoolGrad kernel) {
        return Grid.of(
                kernel.pool().window(), kernel.shape().dim(2), kernel.shape().dim(3));
    }

    private static boolean fits(AvgPoolGrad kernel) {
        return RowPooling.fits(kernel.pool(), grid(kernel));
    }

    private Runnable bind(AvgPoolGrad kernel, Operands o, @Nullable RowFunction rest) {
        Grid grid = grid(kernel);
        int planes = kernel.shape().dim(0) * kernel.shape().dim(1);
        int vectorRows = RowPooling.vectorRows(grid);
        MemorySegment g = o.in(0).data();
        MemorySegment gx = o.out().data();
        return BlockKernel.named(BlockKernel.NAME, cpu.forEach(planes, 2L * grid.area(), (plane, slot) -> {
            long from = (long) Float.BYTES * plane * grid.outArea();
            long to = (long) Float.BYTES * plane * grid.area();
            for (int row = 0; row < grid.h(); row++) {
                long source = from + (long) Float.BYTES * (row / 2) * grid.outW();
                long target = to + (long) Float.BYTES * row * grid.w();
                int columns = row / 2 < grid.outH() ? grid.outW() : 0;
                if (row / 2 < vectorRows) {
                    vectors(g, source, columns, gx, target);
                } else {
                    elements(g, source, columns, gx, target);
                }
                zeros(gx, target, 2 * columns, grid.w());
            }
            if (rest != null) {
                rest.apply(plane * grid.area(), grid.area(), slot);
            }
        }));
    }

    private static void vectors(MemorySegment g, long from, int columns, MemorySegment gx, long to) {
        for (int i = 0; i < columns; i += LANES) {
            FloatVector share = FloatVector.fromMemorySegment(S, g, from + (long) Float.BYTES * i, ORDER)
                    .mul(0.25f);
            long at = to + 2L * Float.BYTES * i;
            share.rearrange(FIRST).intoMemorySegment(gx, at, ORDER);
            share.rearrange(SECOND).intoMemorySegment(gx, at + BYTES, ORDER);
        }
    }

    private static void elements(MemorySegment g, long from, int columns, MemorySegment gx, long to) {
        for (int i = 0; i < columns; i++) {
            float share = g.get(JAVA_FLOAT, from + (long) Float.BYTES * i) * 0.25f;
            gx.set(JAVA_FLOAT, to + 2L * Float.BYTES * i, share);
            gx.set(JAVA_FLOAT, to + 2L * Float.BYTES * i + Float.BYTES, share);
        }
    }

    /** The elements of a row that no window has. */
    private static void zeros(MemorySegment gx, long to, int first, int end) {
        for (int i = first; i < end; i++) {
            gx.set(JAVA_FLOAT, to + (long) Float.BYTES * i, 0);
        }
    }

    /**
     * The same with an element-wise function of the result.
     *
     * @param gradient without it
     * @param others what does all other kernels with such a function
     */
    record WithEpilogue(RowPoolGradient gradient, KernelFactory<Fused> others) implements KernelFactory<Fused> {
        @Override
        public long workspace(Fused kernel, List<Sizes> operands) {
            return others.workspace(kernel, operands);
        }

        @Override
        public long workerMemory(Fused kernel, List<Sizes> operands) {
            return others.workerMemory(kernel, operands);
        }

        @Override
        public Runnable bind(Fused kernel, Operands o) {
            if (!(kernel.anchor() instanceof AvgPoolGrad anchor) || !fits(anchor)) {
                return others.bind(kernel, o);
            }
            return gradient.bind(anchor, o.with(kernel.ofAnchor(o.in())), RowFunction.behind(gradient.cpu, kernel, o));
        }
    }
}
