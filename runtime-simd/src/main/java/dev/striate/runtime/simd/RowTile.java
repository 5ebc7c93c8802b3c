package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The inner loop of {@link RowConvolution}: two vectors of pixels in four channels, as sums in registers. */
final class RowTile {
    /** The most channels of a tile. */
    static final int CHANNELS = 4;

    private RowTile() {}

    /**
     * Sets two vectors of pixels in some channels to a bias and the sums over all steps of a vector of {@code x} times an
     * element of {@code w}.
     *
     * @param channels 1 to {@link #CHANNELS}
     * @param x0 where the windows of the first vector of pixels begin in {@code x}, in bytes
     * @param x1 where those of the second begin
     * @param steps how far each step's elements are from there, in bytes
     * @param w the weights, in an array, whose places the JIT compiler checks once and not in each step
     * @param w0 where those of the first channel begin; the others follow
     * @param bias of all channels
     * @param channel the first of these channels
     * @param y0 where the first vector of the first channel lies in {@code y}, in bytes
     * @param y1 where the second lies
     * @param plane from one channel to the next in {@code y}
     */
    static void set(
            int channels,
            MemorySegment x,
            long x0,
            long x1,
            int[] steps,
            float[] w,
            int w0,
            float[] bias,
            int channel,
            MemorySegment y,
            long y0,
            long y1,
            long plane) {
        // Channels that there are not are computed as the last one is, and stored before it to the same place.
        int last = channels - 1;
        int second = Math.min(1, last);
        int third = Math.min(2, last);
        int fourth = Math.min(3, last);
        FloatVector a0 = FloatVector.broadcast(S, bias[channel]);
        FloatVector b0 = a0;
        FloatVector a1 = FloatVector.broadcast(S, bias[channel + second]);
        FloatVector b1 = a1;
        FloatVector a2 = FloatVector.broadcast(S, bias[channel + third]);
        FloatVector b2 = a2;
        FloatVector a3 = FloatVector.broadcast(S, bias[channel + fourth]);
        FloatVector b3 = a3;
        int w1 = w0 + second * steps.length;
        int w2 = w0 + third * steps.length;
        int w3 = w0 + fourth * steps.length;
        for (int i = 0; i < steps.length; i++) {
            FloatVector u = FloatVector.fromMemorySegment(S, x, x0 + steps[i], ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, x, x1 + steps[i], ORDER);
            FloatVector e0 = FloatVector.broadcast(S, w[w0 + i]);
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, w[w1 + i]);
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
            FloatVector e2 = FloatVector.broadcast(S, w[w2 + i]);
            a2 = e2.fma(u, a2);
            b2 = e2.fma(v, b2);
            FloatVector e3 = FloatVector.broadcast(S, w[w3 + i]);
            a3 = e3.fma(u, a3);
            b3 = e3.fma(v, b3);
        }
        b3.intoMemorySegment(y, y1 + fourth * plane, ORDER);
        a3.intoMemorySegment(y, y0 + fourth * plane, ORDER);
        b2.intoMemorySegment(y, y1 + third * plane, ORDER);
        a2.intoMemorySegment(y, y0 + third * plane, ORDER);
        b1.intoMemorySegment(y, y1 + second * plane, ORDER);
        a1.intoMemorySegment(y, y0 + second * plane, ORDER);
        b0.intoMemorySegment(y, y1, ORDER);
        a0.intoMemorySegment(y, y0, ORDER);
    }
}
