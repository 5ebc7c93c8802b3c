package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Doubles.D;
import static dev.striate.runtime.simd.Doubles.HALF_BYTES;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import dev.striate.core.kernel.AdaptiveAvgPool.Box;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Loops over all pixels of a block, or over those of a box; no method returns a vector, as in {@link PoolLoops}. */
final class MapLoops {
    private MapLoops() {}

    /** The sums of pixels divided by a number, for the {@code used} channels of the block that are none of padding. */
    static void mean(MemorySegment x, long from, int pixels, int divisor, MemorySegment y, long at, int used) {
        DoubleVector low = DoubleVector.zero(D);
        DoubleVector high = DoubleVector.zero(D);
        for (int i = 0; i < pixels; i++) {
            long place = from + (long) i * BYTES;
            low = low.add(Doubles.load(x, place));
            high = high.add(Doubles.load(x, place + HALF_BYTES));
        }
        Doubles.join(low.div(divisor), high.div(divisor)).intoMemorySegment(y, at, ORDER, S.indexInRange(0, used));
    }

    /** The largest pixels of the used channels of a block; NaN when one is. */
    static void largest(MemorySegment x, long from, int pixels, MemorySegment y, long at, int used) {
        FloatVector best = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < pixels; i++) {
            best = best.max(FloatVector.fromMemorySegment(S, x, from + (long) i * BYTES, ORDER));
        }
        best.intoMemorySegment(y, at, ORDER, S.indexInRange(0, used));
    }

    /** The gradients for the first largest pixels, or the first that are NaN; 0 for the others. */
    static void maxGradient(
            MemorySegment x, MemorySegment dx, long from, int pixels, MemorySegment g, long at, int used) {
        FloatVector best = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < pixels; i++) {
            best = best.max(FloatVector.fromMemorySegment(S, x, from + (long) i * BYTES, ORDER));
        }
        // What is still to be given to a pixel: the gradient, or 0 in the channels where it has been.
        FloatVector rest = FloatVector.fromMemorySegment(S, g, at, ORDER, S.indexInRange(0, used));
        for (int i = 0; i < pixels; i++) {
            long place = from + (long) i * BYTES;
            FloatVector v = FloatVector.fromMemorySegment(S, x, place, ORDER);
            VectorMask<Float> is = v.compare(VectorOperators.EQ, best).or(v.compare(VectorOperators.NE, v));
            FloatVector.zero(S).blend(rest, is).intoMemorySegment(dx, place, ORDER);
            rest = rest.blend(0f, is);
        }
    }

    /** The means of the pixels of a box. */
    static void boxMean(MemorySegment x, long from, int width, Box box, MemorySegment y, long at) {
        DoubleVector low = DoubleVector.zero(D);
        DoubleVector high = DoubleVector.zero(D);
        int left = box.left();
        int columns = box.right() - left;
        for (int row = box.top(); row < box.bottom(); row++) {
            long first = from + ((long) row * width + left) * BYTES;
            for (int i = 0; i < columns; i++) {
                long place = first + (long) i * BYTES;
                low = low.add(Doubles.load(x, place));
                high = high.add(Doubles.load(x, place + HALF_BYTES));
            }
        }
        Doubles.join(low.div(box.area()), high.div(box.area())).intoMemorySegment(y, at, ORDER);
    }

    /** Adds to the gradients of the pixels of a box their shares. */
    static void addShare(MemorySegment g, long at, Box box, MemorySegment dx, long from, int width) {
        FloatVector share = FloatVector.fromMemorySegment(S, g, at, ORDER).div(box.area());
        int left = box.left();
        int columns = box.right() - left;
        for (int row = box.top(); row < box.bottom(); row++) {
            long first = from + ((long) row * width + left) * BYTES;
            for (int i = 0; i < columns; i++) {
                long place = first + (long) i * BYTES;
                FloatVector.fromMemorySegment(S, dx, place, ORDER).add(share).intoMemorySegment(dx, place, ORDER);
            }
        }
    }
}
