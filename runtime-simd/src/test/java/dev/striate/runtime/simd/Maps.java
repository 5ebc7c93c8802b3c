package dev.striate.runtime.simd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;

/** Tensors for tests, in rows or in blocks, addressed by their row-major index. */
final class Maps {
    private Maps() {}

    /** Memory of undefined content, NaN in fact. */
    static Tensor empty(int lanes, int... shape) {
        Sizes sizes = Sizes.of(shape);
        Tensor x = new Tensor(sizes, Arena.ofAuto().allocate(Tensor.bytes(sizes, lanes), Tensor.ALIGNMENT), lanes);
        for (long i = 0; i < x.data().byteSize() / Float.BYTES; i++) {
            x.data().setAtIndex(JAVA_FLOAT, i, Float.NaN);
        }
        return x;
    }

    /** Normal deviates; 0 in the padding of blocks. */
    static Tensor random(SplittableRandom r, int lanes, int... shape) {
        Tensor x = empty(lanes, shape);
        x.data().fill((byte) 0);
        for (int i = 0; i < x.elements(); i++) {
            set(x, i, (float) r.nextGaussian());
        }
        return x;
    }

    /** An element by its row-major index. */
    static float get(Tensor x, int index) {
        return x.data().getAtIndex(JAVA_FLOAT, place(x, index));
    }

    /** Sets an element by its row-major index. */
    static void set(Tensor x, int index, float value) {
        x.data().setAtIndex(JAVA_FLOAT, place(x, index), value);
    }

    private static long place(Tensor x, int index) {
        if (x.lanes() == 1) {
            return index;
        }
        int area = x.shape().elementsFrom(2);
        int channel = index / area % x.shape().dim(1);
        int image = index / area / x.shape().dim(1);
        long plane = (long) image * x.blocks() + channel / x.lanes();
        return (plane * area + index % area) * x.lanes() + channel % x.lanes();
    }

    /** Whether the channels that the last block has too many are 0. */
    static boolean isPadded(Tensor x) {
        int area = x.shape().elementsFrom(2);
        int used = x.shape().dim(1) - (x.blocks() - 1) * x.lanes();
        for (int image = 0; image < x.shape().dim(0); image++) {
            long last = ((long) image * x.blocks() + x.blocks() - 1) * area * x.lanes();
            for (int i = 0; i < area * x.lanes(); i++) {
                if (i % x.lanes() >= used && x.data().getAtIndex(JAVA_FLOAT, last + i) != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
