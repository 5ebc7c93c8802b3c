package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Upsample;
import dev.striate.core.kernel.Upsample.Mix;
import dev.striate.core.kernel.UpsampleGrad;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Enlarging feature maps in blocks of channels, and its gradient. */
record BlockUpsampling(Cpu cpu) {
    Runnable forward(Upsample kernel, Operands o) {
        Tensor y = o.out();
        Sizes shape = o.in(0).shape();
        Mix rows = kernel.rows(shape.dim(2));
        Mix columns = kernel.columns(shape.dim(3));
        int planes = shape.dim(0) * y.blocks();
        return cpu.forEach(planes * rows.size(), 4L * columns.size() * LANES, (index, slot) -> {
            int row = index % rows.size();
            long plane = (long) (index / rows.size()) * shape.dim(2);
            long low = (plane + rows.low(row)) * shape.dim(3) * BYTES;
            long high = (plane + rows.high(row)) * shape.dim(3) * BYTES;
            mix(o.in(0).data(), low, high, rows.share(row), columns, y.data(), (long) index * columns.size() * BYTES);
        });
    }

    private static void mix(MemorySegment x, long low, long high, float share, Mix columns, MemorySegment y, long at) {
        for (int i = 0; i < columns.size(); i++) {
            long left = (long) columns.low(i) * BYTES;
            long right = (long) columns.high(i) * BYTES;
            FloatVector top = mix(load(x, low + left), load(x, low + right), columns.share(i));
            FloatVector bottom = mix(load(x, high + left), load(x, high + right), columns.share(i));
            mix(top, bottom, share).intoMemorySegment(y, at + (long) i * BYTES, ORDER);
        }
    }

    private static FloatVector load(MemorySegment x, long at) {
        return FloatVector.fromMemorySegment(S, x, at, ORDER);
    }

    private static FloatVector mix(FloatVector a, FloatVector b, float share) {
        return a.mul(1 - share).add(b.mul(share));
    }

    Runnable gradient(UpsampleGrad kernel, Operands o) {
        Tensor dx = o.out();
        int height = dx.shape().dim(2);
        int width = dx.shape().dim(3);
        Mix rows = kernel.of().rows(height);
        Mix columns = kernel.of().columns(width);
        int planes = dx.shape().dim(0) * dx.blocks();
        return cpu.forEach(planes, 4L * rows.size() * columns.size() * LANES, (plane, slot) -> {
            long to = (long) plane * height * width * BYTES;
            VectorLoops.fill(dx.data(), to, height * width * LANES, 0);
            for (int i = 0; i < rows.size(); i++) {
                long at = ((long) plane * rows.size() + i) * columns.size() * BYTES;
                long low = to + (long) rows.low(i) * width * BYTES;
                long high = to + (long) rows.high(i) * width * BYTES;
                spread(o.in(0).data(), at, 1 - rows.share(i), columns, dx.data(), low);
                spread(o.in(0).data(), at, rows.share(i), columns, dx.data(), high);
            }
        });
    }

    private static void spread(MemorySegment g, long at, float share, Mix columns, MemorySegment dx, long to) {
        for (int i = 0; i < columns.size(); i++) {
            FloatVector v = FloatVector.fromMemorySegment(S, g, at + (long) i * BYTES, ORDER)
                    .mul(share);
            add(v.mul(1 - columns.share(i)), dx, to + (long) columns.low(i) * BYTES);
            add(v.mul(columns.share(i)), dx, to + (long) columns.high(i) * BYTES);
        }
    }

    private static void add(FloatVector v, MemorySegment dx, long at) {
        FloatVector.fromMemorySegment(S, dx, at, ORDER).add(v).intoMemorySegment(dx, at, ORDER);
    }
}
