package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Broadcast;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** An operand of an element-wise function whose result lies in blocks of channels. */
@FunctionalInterface
interface BlockOperand {
    /**
     * Says where a region's vectors lie, or copies them to where they can lie.
     *
     * @param image the index in the batch
     * @param block the block of channels
     * @param pixel the first pixel of the map
     * @param n how many
     * @param p where to say it
     * @param index the operand's number
     * @param own the byte where a run of vectors of its own begins, in the memory where it is placed now
     */
    void locate(int image, int block, int pixel, int n, Places p, int index, long own);

    /** How an operand is read for a result of a shape. */
    static BlockOperand of(Tensor x, Sizes shape) {
        int area = shape.elementsFrom(2);
        if (x.shape().equals(shape) && x.lanes() == LANES) {
            return map(x, area);
        }
        int[] strides = Broadcast.strides(x.shape(), shape);
        if (x.shape().rank() > 2 && x.shape().elementsFrom(2) > 1) {
            return gathered(x, shape, strides);
        }
        // In blocks a sample has more channels than its shape says.
        int ofImage = strides[0] == 0 || x.lanes() == 1 ? strides[0] : x.blocks() * x.lanes();
        return perChannel(x.data(), ofImage, strides[1], shape.dim(1));
    }

    private static BlockOperand map(Tensor x, int area) {
        MemorySegment data = x.data();
        int blocks = x.blocks();
        return (image, block, pixel, n, p, index, own) ->
                p.set(index, data, ((long) (image * blocks + block) * area + pixel) * BYTES, BYTES);
    }

    /** One number for each channel, or for each sample, or for all: one vector for the region. */
    private static BlockOperand perChannel(MemorySegment data, int ofImage, int ofChannel, int channels) {
        return (image, block, pixel, n, p, index, own) -> {
            long from = (long) image * ofImage + (long) block * LANES * ofChannel;
            int used = Math.min(LANES, channels - block * LANES);
            MemorySegment memory = p.memory[index];
            p.step[index] = 0;
            if (ofChannel == 1 && used == LANES) {
                p.set(index, data, from * Float.BYTES, 0);
                return;
            }
            // Two loops: in one, the JIT compiler checks ahead of it that all lanes are there to be read, which fails
            // in the
            // last block every time, and compiles it anew without end.
            for (int lane = 0; lane < used; lane++) {
                float value = data.getAtIndex(JAVA_FLOAT, from + (long) lane * ofChannel);
                memory.set(JAVA_FLOAT, own + (long) lane * Float.BYTES, value);
            }
            for (int lane = used; lane < LANES; lane++) {
                memory.set(JAVA_FLOAT, own + (long) lane * Float.BYTES, 0);
            }
        };
    }

    /** Numbers that differ from pixel to pixel: collected one by one, or one for all channels. */
    private static BlockOperand gathered(Tensor x, Sizes shape, int[] strides) {
        int width = shape.dim(3);
        int ofChannel = strides[1];
        return (image, block, pixel, n, p, index, own) -> {
            long from = (long) image * strides[0] + (long) block * LANES * ofChannel;
            int used = Math.min(LANES, shape.dim(1) - block * LANES);
            for (int i = 0; i < n; i++) {
                int row = (pixel + i) / width;
                long at = from + (long) row * strides[2] + (long) (pixel + i - row * width) * strides[3];
                long to = own + (long) i * BYTES;
                if (ofChannel == 0) {
                    FloatVector.broadcast(S, x.data().getAtIndex(JAVA_FLOAT, at))
                            .intoMemorySegment(p.memory[index], to, ORDER);
                    continue;
                }
                for (int lane = 0; lane < used; lane++) {
                    float value = x.data().getAtIndex(JAVA_FLOAT, at + (long) lane * ofChannel);
                    p.memory[index].set(JAVA_FLOAT, to + (long) lane * Float.BYTES, value);
                }
                for (int lane = used; lane < LANES; lane++) {
                    p.memory[index].set(JAVA_FLOAT, to + (long) lane * Float.BYTES, 0);
                }
            }
        };
    }
}
