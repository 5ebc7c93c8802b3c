package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Dropout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;

/** Dropout in blocks of channels. What an element draws is told by its row-major index, so that no layout changes it. */
record BlockDropout(Cpu cpu) {
    Runnable bind(Dropout kernel, Operands o) {
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        Sizes shape = o.out().shape();
        long stream = kernel.stream();
        int unit = kernel.unit().size(shape);
        int channels = shape.dim(1);
        int area = shape.elementsFrom(2);
        int blocks = o.out().blocks();
        return Regions.of(o.out()).forEach(cpu, (image, block, first, pixels, slot) -> {
            long plane = ((long) image * blocks + block) * area;
            for (int lane = 0; lane < LANES; lane++) {
                int channel = block * LANES + lane;
                for (int i = first; i < first + pixels; i++) {
                    long at = (plane + i) * BYTES + (long) lane * Float.BYTES;
                    int index = (image * channels + channel) * area + i;
                    float factor = channel < channels
                            ? kernel.factor(
                                    stream, o.random().seed(), o.random().step(), index / unit)
                            : 0;
                    y.set(JAVA_FLOAT, at, x.get(JAVA_FLOAT, at) * factor);
                }
            }
        });
    }
}
