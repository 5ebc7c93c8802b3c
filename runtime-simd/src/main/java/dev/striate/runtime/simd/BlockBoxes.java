package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ChannelShuffle;
import dev.striate.core.kernel.Concat;
import dev.striate.core.kernel.Crop;
import dev.striate.core.kernel.Pad;
import dev.striate.core.kernel.Slice;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Kernels that copy boxes of feature maps in blocks of channels: whole blocks where they lie alike, else channel by channel. */
record BlockBoxes(Cpu cpu) {
    /** In blocks if all of the maps are, and the batch stays as it is. */
    static Layout layout(boolean sameBatch, List<Sizes> operands, Sizes result, List<Integer> now) {
        return sameBatch ? Neutral.maps(operands, result, now) : Layout.plain(operands.size());
    }

    Runnable slice(Slice kernel, Operands o) {
        int[] start = kernel.start(o.in(0).shape());
        return new Copy(o.in(0), o.out(), c -> c + start[1], start[2], start[3], 0, 0).whole(cpu);
    }

    Runnable crop(Crop kernel, Operands o) {
        int[] start = kernel.start(o.in(0).shape(), o.in(1).shape());
        return new Copy(o.in(0), o.out(), c -> c, start[2], start[3], 0, 0).whole(cpu);
    }

    Runnable shuffle(ChannelShuffle kernel, Operands o) {
        int channels = o.out().shape().dim(1);
        return new Copy(o.in(0), o.out(), c -> kernel.source(c, channels), 0, 0, 0, 0).whole(cpu);
    }

    /** Where channels are joined, those before and behind one operand's are the others'. */
    Runnable concat(Concat kernel, Operands o) {
        Copy[] copies = new Copy[o.in().size()];
        int first = 0;
        for (int i = 0; i < copies.length; i++) {
            int start = first;
            copies[i] = kernel.axis() == 1
                    ? new Copy(o.in(i), o.out(), c -> c - start, 0, 0, 0, 0)
                    : new Copy(
                            o.in(i),
                            o.out(),
                            c -> c,
                            0,
                            0,
                            kernel.axis() == 2 ? start : 0,
                            kernel.axis() == 3 ? start : 0);
            first += o.in(i).shape().dim(kernel.axis());
        }
        return forEachPlane(o.out(), (image, block) -> {
            clearPadding(o.out(), image, block);
            for (Copy copy : copies) {
                copy.run(image, block);
            }
        });
    }

    Runnable pad(Pad kernel, Operands o) {
        int[] start = kernel.start(o.in(0).shape());
        Copy copy = new Copy(o.in(0), o.out(), c -> c - start[1], 0, 0, start[2], start[3]);
        int area = o.out().shape().elementsFrom(2);
        return forEachPlane(o.out(), (image, block) -> {
            long plane = ((long) image * o.out().blocks() + block) * area * BYTES;
            VectorLoops.fill(o.out().data(), plane, area * LANES, (float) kernel.value());
            clearPadding(o.out(), image, block);
            copy.run(image, block);
        });
    }

    /** What is done with one block of one image. */
    private interface Plane {
        void run(int image, int block);
    }

    private Runnable forEachPlane(Tensor y, Plane body) {
        return forEachPlane(cpu, y, body);
    }

    private static Runnable forEachPlane(Cpu cpu, Tensor y, Plane body) {
        int blocks = y.blocks();
        return cpu.forEach(y.shape().dim(0) * blocks, (long) y.shape().elementsFrom(2) * LANES, (plane, slot) -> {
            body.run(plane / blocks, plane % blocks);
        });
    }

    /** Puts 0 into the channels that a block has too many. */
    private static void clearPadding(Tensor y, int image, int block) {
        int area = y.shape().elementsFrom(2);
        long plane = ((long) image * y.blocks() + block) * area * BYTES;
        for (int lane = y.shape().dim(1) - block * LANES; lane < LANES; lane++) {
            for (int i = 0; i < area; i++) {
                y.data().set(JAVA_FLOAT, plane + (long) i * BYTES + (long) lane * Float.BYTES, 0);
            }
        }
    }

    /**
     * A copy of a box.
     *
     * @param source for a channel of the result that of the operand; none where it has no such channel
     * @param top the first row that is read, and so on
     * @param toTop the first row that is written, and so on
     */
    private record Copy(Tensor x, Tensor y, IntUnaryOperator source, int top, int left, int toTop, int toLeft) {
        /** A kernel that is this copy, which writes all channels. */
        Runnable whole(Cpu cpu) {
            return forEachPlane(cpu, y, (image, block) -> {
                clearPadding(y, image, block);
                run(image, block);
            });
        }

        void run(int image, int block) {
            int first = block * LANES;
            int from = source.applyAsInt(first);
            if (from % LANES == 0 && isDirect(first, from)) {
                copy(image, block, from / LANES);
                return;
            }
            for (int c = first; c < Math.min(first + LANES, y.shape().dim(1)); c++) {
                int channel = source.applyAsInt(c);
                if (channel >= 0 && channel < x.shape().dim(1)) {
                    copyChannel(image, c, channel);
                }
            }
        }

        /** Whether a whole block comes from one block; that may have no more channels than this one where both end. */
        private boolean isDirect(int first, int from) {
            for (int i = 0; i < LANES; i++) {
                boolean inResult = first + i < y.shape().dim(1);
                boolean inOperand = from >= 0 && from + i < x.shape().dim(1);
                if (inResult != inOperand || (inResult && source.applyAsInt(first + i) != from + i)) {
                    return false;
                }
            }
            return true;
        }

        private int rows() {
            return Math.min(x.shape().dim(2) - top, y.shape().dim(2) - toTop);
        }

        private int columns() {
            return Math.min(x.shape().dim(3) - left, y.shape().dim(3) - toLeft);
        }

        /** Where a row's first pixel is, in bytes. */
        private static long place(Tensor t, int image, int block, int row, int column) {
            long plane = (long) image * t.blocks() + block;
            return ((plane * t.shape().dim(2) + row) * t.shape().dim(3) + column) * BYTES;
        }

        private void copy(int image, int block, int from) {
            long bytes = (long) columns() * BYTES;
            for (int row = 0; row < rows(); row++) {
                long source = place(x, image, from, top + row, left);
                MemorySegment.copy(x.data(), source, y.data(), place(y, image, block, toTop + row, toLeft), bytes);
            }
        }

        private void copyChannel(int image, int to, int from) {
            int columns = columns();
            for (int row = 0; row < rows(); row++) {
                long source = place(x, image, from / LANES, top + row, left) + (long) from % LANES * Float.BYTES;
                long target = place(y, image, to / LANES, toTop + row, toLeft) + (long) to % LANES * Float.BYTES;
                for (int i = 0; i < columns; i++) {
                    long step = (long) i * BYTES;
                    y.data().set(JAVA_FLOAT, target + step, x.data().get(JAVA_FLOAT, source + step));
                }
            }
        }
    }
}
