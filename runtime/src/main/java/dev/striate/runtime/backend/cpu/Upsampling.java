package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.kernel.Upsample;
import dev.striate.core.kernel.UpsampleGrad;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Enlarging feature maps, and its gradient: one channel of one sample at a time. */
final class Upsampling {
    private final Cpu cpu;

    Upsampling(Cpu cpu) {
        this.cpu = cpu;
    }

    Runnable forward(Upsample kernel, Operands o) {
        Tensor x = o.in(0);
        Tensor y = o.out();
        int width = x.shape().dim(3);
        int area = x.shape().elementsFrom(2);
        Upsample.Mix rows = kernel.rows(x.shape().dim(2));
        Upsample.Mix columns = kernel.columns(width);
        int large = rows.size() * columns.size();
        return cpu.forEach(y.elements() / large, large, (plane, slot) -> {
            for (int i = 0; i < rows.size(); i++) {
                int low = plane * area + rows.low(i) * width;
                int high = plane * area + rows.high(i) * width;
                int to = plane * large + i * columns.size();
                for (int j = 0; j < columns.size(); j++) {
                    float top = mix(x.get(low + columns.low(j)), x.get(low + columns.high(j)), columns.share(j));
                    float bottom = mix(x.get(high + columns.low(j)), x.get(high + columns.high(j)), columns.share(j));
                    y.set(to + j, mix(top, bottom, rows.share(i)));
                }
            }
        });
    }

    private static float mix(float a, float b, float share) {
        return a * (1 - share) + b * share;
    }

    Runnable gradient(UpsampleGrad kernel, Operands o) {
        Tensor g = o.in(0);
        Tensor dx = o.out();
        int width = dx.shape().dim(3);
        int area = dx.shape().elementsFrom(2);
        Upsample.Mix rows = kernel.of().rows(dx.shape().dim(2));
        Upsample.Mix columns = kernel.of().columns(width);
        int large = rows.size() * columns.size();
        cpu.scratch().reserve(0, area);
        return cpu.forEach(g.elements() / large, large, (plane, slot) -> {
            float[] sums = cpu.scratch().array(slot, 0);
            Arrays.fill(sums, 0, area, 0);
            for (int i = 0; i < rows.size(); i++) {
                for (int j = 0; j < columns.size(); j++) {
                    float v = g.get(plane * large + i * columns.size() + j);
                    add(sums, rows.low(i) * width, v * (1 - rows.share(i)), columns, j);
                    add(sums, rows.high(i) * width, v * rows.share(i), columns, j);
                }
            }
            MemorySegment.copy(sums, 0, dx.data(), JAVA_FLOAT, Elements.offset(plane * area), area);
        });
    }

    private static void add(float[] sums, int row, float v, Upsample.Mix columns, int j) {
        sums[row + columns.low(j)] += v * (1 - columns.share(j));
        sums[row + columns.high(j)] += v * columns.share(j);
    }
}
