package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.kernel.LocallyConnected;
import dev.striate.core.kernel.LocallyConnectedGradInput;
import dev.striate.core.kernel.LocallyConnectedGradWeight;
import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The convolution whose places share no weights, and its gradients: place by place, or sample by sample. */
final class LocalConnections {
    // The arrays of the scratch memory.
    private static final int PATCH = 0;
    private static final int KERNEL = 1;

    private final Cpu cpu;

    LocalConnections(Cpu cpu) {
        this.cpu = cpu;
    }

    /** The sizes that loops need: of an input and a result. */
    private record Local(Grid grid, int channels, int filters, int batch) {
        static Local of(LocallyConnected layer, Tensor x) {
            return new Local(
                    Grid.of(layer.window(), x.shape().dim(2), x.shape().dim(3)),
                    x.shape().dim(1),
                    layer.filters(),
                    x.shape().dim(0));
        }

        /** Elements of one kernel. */
        int taps() {
            return channels * grid.kernelArea();
        }

        int places() {
            return grid.outArea();
        }

        /** The row-major index in a result. */
        int result(int n, int filter, int place) {
            return (n * filters + filter) * places() + place;
        }

        /** The row-major index in an input of a tap of a place; -1 in the padding. */
        int input(int n, int place, int tap) {
            int y = grid.row(place / grid.outW(), tap / grid.kernelW() % grid.kernelH());
            int x = grid.column(place % grid.outW(), tap % grid.kernelW());
            boolean inside = y >= 0 && y < grid.h() && x >= 0 && x < grid.w();
            return inside ? ((n * channels + tap / grid.kernelArea()) * grid.h() + y) * grid.w() + x : -1;
        }

        /** Where a kernel begins in a weight, in bytes. */
        long kernel(int place, int filter) {
            return (long) Float.BYTES * taps() * ((long) place * filters + filter);
        }
    }

    Runnable forward(LocallyConnected layer, Operands o) {
        Local local = Local.of(layer, o.in(0));
        int places = local.places();
        reserve(local);
        return cpu.forEach(local.batch() * places, (long) local.taps() * local.filters(), (item, slot) -> {
            int n = item / places;
            int place = item % places;
            float[] patch = patch(o.in(0), local, n, place, slot);
            float[] kernel = cpu.scratch().array(slot, KERNEL);
            for (int f = 0; f < local.filters(); f++) {
                load(o.in(1).data(), local.kernel(place, f), kernel, local.taps());
                double sum = layer.bias() ? o.in(2).get(f * places + place) : 0;
                for (int i = 0; i < local.taps(); i++) {
                    sum += (double) patch[i] * kernel[i];
                }
                o.out().set(local.result(n, f, place), (float) sum);
            }
        });
    }

    Runnable inputGradient(LocallyConnectedGradInput kernel, Operands o) {
        Tensor gx = o.out();
        Local local = Local.of(kernel.layer(), gx);
        int size = gx.shape().elementsFrom(1);
        reserve(local);
        return cpu.forEach(local.batch(), (long) local.places() * local.taps() * local.filters(), (n, slot) -> {
            for (int i = n * size; i < (n + 1) * size; i++) {
                gx.set(i, 0);
            }
            for (int place = 0; place < local.places(); place++) {
                float[] sums = gradientOfPatch(local, o, n, place, slot);
                for (int i = 0; i < local.taps(); i++) {
                    int at = local.input(n, place, i);
                    if (at >= 0) {
                        gx.set(at, gx.get(at) + sums[i]);
                    }
                }
            }
        });
    }

    /** What the kernels of one place give for the gradient by the elements under them. */
    private float[] gradientOfPatch(Local local, Operands o, int n, int place, int slot) {
        float[] sums = cpu.scratch().array(slot, PATCH);
        float[] kernel = cpu.scratch().array(slot, KERNEL);
        Arrays.fill(sums, 0, local.taps(), 0);
        for (int f = 0; f < local.filters(); f++) {
            load(o.in(1).data(), local.kernel(place, f), kernel, local.taps());
            addTo(sums, 0, o.in(0).get(local.result(n, f, place)), kernel, local.taps());
        }
        return sums;
    }

    Runnable weightGradient(LocallyConnectedGradWeight kernel, Operands o) {
        Local local = Local.of(kernel.layer(), o.in(1));
        int kernels = Math.multiplyExact(local.taps(), local.filters());
        cpu.scratch().reserve(PATCH, local.taps());
        cpu.scratch().reserve(KERNEL, kernels);
        return cpu.forEach(local.places(), (long) kernels * local.batch(), (place, slot) -> {
            float[] sums = cpu.scratch().array(slot, KERNEL);
            Arrays.fill(sums, 0, kernels, 0);
            for (int n = 0; n < local.batch(); n++) {
                float[] patch = patch(o.in(1), local, n, place, slot);
                for (int f = 0; f < local.filters(); f++) {
                    addTo(sums, f * local.taps(), o.in(0).get(local.result(n, f, place)), patch, local.taps());
                }
            }
            MemorySegment.copy(sums, 0, o.out().data(), JAVA_FLOAT, local.kernel(place, 0), kernels);
        });
    }

    private void reserve(Local local) {
        cpu.scratch().reserve(PATCH, local.taps());
        cpu.scratch().reserve(KERNEL, local.taps());
    }

    /** The elements of a sample under the kernels of a place; 0 in the padding. */
    private float[] patch(Tensor x, Local local, int n, int place, int slot) {
        float[] patch = cpu.scratch().array(slot, PATCH);
        for (int i = 0; i < local.taps(); i++) {
            int at = local.input(n, place, i);
            patch[i] = at < 0 ? 0 : x.get(at);
        }
        return patch;
    }

    private static void load(MemorySegment from, long start, float[] to, int n) {
        MemorySegment.copy(from, JAVA_FLOAT, start, to, 0, n);
    }

    private static void addTo(float[] sums, int to, float factor, float[] values, int n) {
        for (int i = 0; i < n; i++) {
            sums[to + i] += factor * values[i];
        }
    }
}
