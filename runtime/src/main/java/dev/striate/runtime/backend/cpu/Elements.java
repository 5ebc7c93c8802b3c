package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Dropout;
import dev.striate.core.kernel.Expand;
import dev.striate.core.kernel.Fill;
import dev.striate.core.kernel.GaussianNoise;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Prelu;
import dev.striate.core.kernel.RandomNormal;
import dev.striate.core.kernel.Row;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Kernels that look at elements one by one, in blocks of {@link Cpu#GRAIN}. */
final class Elements {
    /** What a random number costs, in additions. */
    private static final int RANDOM = 16;

    private final Cpu cpu;

    Elements(Cpu cpu) {
        this.cpu = cpu;
    }

    Runnable pointwise(Pointwise kernel, Operands o) {
        int elements = o.out().elements();
        ElementFunction function = ElementFunction.of(cpu, kernel, o.in(), o.out());
        int parts = Math.ceilDiv(elements, PointwiseProgram.BLOCK);
        return cpu.forEach(parts, PointwiseProgram.BLOCK, (part, slot) -> {
            int first = part * PointwiseProgram.BLOCK;
            function.apply(first, Math.min(PointwiseProgram.BLOCK, elements - first), slot);
        });
    }

    Runnable prelu(Prelu kernel, Operands o) {
        Tensor slopes = o.in(1).batched();
        return pointwise(Pointwise.parametricRelu(), o.with(List.of(o.in(0), slopes)));
    }

    Runnable dropout(Dropout kernel, Operands o) {
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        long stream = kernel.stream();
        int unit = kernel.unit().size(o.out().shape());
        int elements = o.out().elements();
        int perBlock = Cpu.GRAIN / RANDOM;
        return cpu.parallel(Math.ceilDiv(elements, perBlock), (block, slot) -> {
            int end = (int) Math.min(elements, (block + 1L) * perBlock);
            for (int i = block * perBlock; i < end; i++) {
                float factor =
                        kernel.factor(stream, o.random().seed(), o.random().step(), i / unit);
                y.set(JAVA_FLOAT, offset(i), x.get(JAVA_FLOAT, offset(i)) * factor);
            }
        });
    }

    Runnable randomNormal(RandomNormal kernel, Operands o) {
        long stream = kernel.stream();
        return cpu.forEach(
                o.out().elements(),
                RANDOM,
                (i, slot) -> o.out().set(i, (float)
                        kernel.value(stream, o.random().seed(), o.random().step(), i)));
    }

    Runnable gaussianNoise(GaussianNoise kernel, Operands o) {
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        long stream = kernel.stream();
        return cpu.forEach(o.out().elements(), RANDOM, (i, slot) -> {
            float noise = kernel.noise(stream, o.random().seed(), o.random().step(), i);
            y.set(JAVA_FLOAT, offset(i), x.get(JAVA_FLOAT, offset(i)) + noise);
        });
    }

    Runnable fill(Fill kernel, Operands o) {
        MemorySegment y = o.out().data();
        float value = (float) kernel.value();
        return () -> fill(y, 0, (int) (y.byteSize() / Float.BYTES), value);
    }

    Runnable expand(Expand kernel, Operands o) {
        Tensor y = o.out();
        Repeated x = new Repeated(o.in(0), y.shape());
        float divisor = kernel.mean() ? (float) y.elements() / o.in(0).elements() : 1;
        cpu.scratch().reserve(0, PointwiseProgram.BLOCK);
        int parts = Math.ceilDiv(y.elements(), PointwiseProgram.BLOCK);
        return cpu.forEach(parts, PointwiseProgram.BLOCK, (part, slot) -> {
            int first = part * PointwiseProgram.BLOCK;
            int n = Math.min(PointwiseProgram.BLOCK, y.elements() - first);
            float[] block = cpu.scratch().array(slot, 0);
            x.load(first, n, block);
            for (int i = 0; i < n; i++) {
                block[i] /= divisor;
            }
            MemorySegment.copy(block, 0, y.data(), JAVA_FLOAT, offset(first), n);
        });
    }

    /** A view whose result needs memory of its own. */
    Runnable copy(Kernel view, Operands o) {
        return () -> o.out().data().copyFrom(o.in(0).data());
    }

    Runnable row(Row kernel, Operands o) {
        MemorySegment row = o.in(0).row(kernel.index()).data();
        return () -> o.out().data().copyFrom(row);
    }

    Runnable channelSum(ChannelSum kernel, Operands o) {
        Tensor x = o.in(0);
        int batch = x.shape().dim(0);
        int channels = x.shape().dim(1);
        int area = x.shape().elementsFrom(2);
        return cpu.forEach(channels, (long) batch * area, (c, slot) -> {
            double sum = 0;
            for (int n = 0; n < batch; n++) {
                sum += sum(x.data(), offset((n * channels + c) * area), area);
            }
            o.out().set(c, (float) sum);
        });
    }

    /** The sum of {@code n} elements, in four interleaved parts, which do not wait for one another. */
    private static double sum(MemorySegment x, long offset, int n) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 3 < n; i += 4) {
            a += x.get(JAVA_FLOAT, offset + offset(i));
            b += x.get(JAVA_FLOAT, offset + offset(i + 1));
            c += x.get(JAVA_FLOAT, offset + offset(i + 2));
            d += x.get(JAVA_FLOAT, offset + offset(i + 3));
        }
        for (; i < n; i++) {
            a += x.get(JAVA_FLOAT, offset + offset(i));
        }
        return a + b + (c + d);
    }

    /** Sets {@code n} elements from byte {@code offset} on. */
    static void fill(MemorySegment y, long offset, int n, float value) {
        for (int i = 0; i < n; i++) {
            y.set(JAVA_FLOAT, offset + offset(i), value);
        }
    }

    /** Where an element lies, in bytes. */
    static long offset(int index) {
        return (long) Float.BYTES * index;
    }
}
