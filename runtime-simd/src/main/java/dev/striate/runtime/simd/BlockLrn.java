package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Lrn;
import dev.striate.core.kernel.LrnGrad;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/**
 * Local response normalization in blocks of channels, pixel by pixel: the channels of a pixel are put side by side into
 * scratch memory, between zeros, where a sum over neighbouring channels is one over vectors at neighbouring places.
 */
record BlockLrn(Cpu cpu) {
    /** Pixels of a part. */
    private static final int PIXELS = 128;

    /** The most common exponent, which needs square roots alone. */
    private static final double THREE_QUARTERS = 0.75;

    /** The channels of a pixel side by side, and before and behind them zeros for sums that reach beyond. */
    private record Line(int blocks, int margin) {
        static Line of(Lrn lrn, Sizes x) {
            return new Line(Math.ceilDiv(x.dim(1), LANES), lrn.size());
        }

        int elements() {
            return blocks * LANES + 2 * margin;
        }

        /** Where a block is, in bytes from the line's beginning. */
        long at(int block) {
            return (long) Float.BYTES * (margin + block * LANES);
        }
    }

    /** In blocks, unless 0 is divided by 0 in the padding. */
    static Layout layout(Lrn lrn, List<Sizes> operands, Sizes result) {
        return lrn.k() > 0 ? Neutral.always(operands, result) : Layout.plain(operands.size());
    }

    /** The scratch memory: for every worker a line, and for the gradient two. */
    long bytes(Lrn lrn, Sizes x, int lines) {
        return (long) cpu.pool().threads() * lines * Line.of(lrn, x).elements() * Float.BYTES;
    }

    Runnable forward(Lrn lrn, Operands o) {
        Tensor x = o.in(0);
        Line line = Line.of(lrn, x.shape());
        long own = (long) line.elements() * Float.BYTES;
        return forEachPixel(o, line, 1, (from, step, slot) -> {
            long squares = slot * own;
            square(x.data(), from, step, line, o.workspace(), squares);
            for (int b = 0; b < line.blocks; b++) {
                long sums = squares + line.at(b) - (long) Float.BYTES * lrn.before();
                normalize(
                        lrn,
                        x.data(),
                        from + b * step,
                        o.workspace(),
                        sums,
                        o.out().data());
            }
        });
    }

    Runnable gradient(LrnGrad kernel, Operands o) {
        Lrn lrn = kernel.lrn();
        Tensor x = o.in(1);
        Line line = Line.of(lrn, x.shape());
        long own = (long) line.elements() * Float.BYTES;
        return forEachPixel(o, line, 2, (from, step, slot) -> {
            long squares = 2L * slot * own;
            long products = squares + own;
            square(x.data(), from, step, line, o.workspace(), squares);
            for (int b = 0; b < line.blocks; b++) {
                long sums = squares + line.at(b) - (long) Float.BYTES * lrn.before();
                long at = from + b * step;
                weigh(
                        lrn,
                        o.in(0).data(),
                        x.data(),
                        at,
                        o.workspace(),
                        sums,
                        products + line.at(b),
                        o.out().data());
            }
            for (int b = 0; b < line.blocks; b++) {
                // The channels whose sums this one is in lie the other way round.
                long sums = products + line.at(b) - (long) Float.BYTES * lrn.after();
                subtract(
                        lrn,
                        x.data(),
                        from + b * step,
                        o.workspace(),
                        sums,
                        o.out().data());
            }
        });
    }

    /** What is done with one pixel, which begins at a byte and has its blocks so many bytes apart. */
    private interface Pixel {
        void run(long from, long step, int slot);
    }

    private Runnable forEachPixel(Operands o, Line line, int lines, Pixel body) {
        int area = o.out().shape().elementsFrom(2);
        int parts = Math.ceilDiv(area, PIXELS);
        long step = (long) area * BYTES;
        Runnable all = cpu.forEach(o.out().shape().dim(0) * parts, 8L * PIXELS * line.elements(), (index, slot) -> {
            long image = (long) (index / parts) * line.blocks * step;
            int end = Math.min(area, (index % parts + 1) * PIXELS);
            for (int i = index % parts * PIXELS; i < end; i++) {
                body.run(image + (long) i * BYTES, step, slot);
            }
        });
        int elements = cpu.pool().threads() * lines * line.elements();
        return () -> {
            VectorLoops.fill(o.workspace(), 0, elements, 0);
            all.run();
        };
    }

    private static void square(MemorySegment x, long from, long step, Line line, MemorySegment squares, long at) {
        for (int b = 0; b < line.blocks; b++) {
            FloatVector v = FloatVector.fromMemorySegment(S, x, from + b * step, ORDER);
            v.mul(v).intoMemorySegment(squares, at + line.at(b), ORDER);
        }
    }

    /** {@code base^-beta}. */
    private static FloatVector power(FloatVector base, double beta) {
        return beta == THREE_QUARTERS ? threeQuarters(base) : power(base, (float) -beta);
    }

    private static FloatVector threeQuarters(FloatVector base) {
        FloatVector root = base.sqrt();
        return FloatVector.broadcast(S, 1f).div(root.mul(root.sqrt()));
    }

    private static FloatVector power(FloatVector base, float exponent) {
        return VectorMath.exp(VectorMath.log(base).mul(exponent));
    }

    private static void normalize(
            Lrn lrn, MemorySegment x, long at, MemorySegment squares, long sums, MemorySegment y) {
        // The loop stands here and not in a method of its own, which the JIT compiler does not always inline.
        FloatVector sum = FloatVector.zero(S);
        for (int i = 0; i < lrn.size(); i++) {
            sum = sum.add(FloatVector.fromMemorySegment(S, squares, sums + (long) Float.BYTES * i, ORDER));
        }
        FloatVector base = sum.mul((float) (lrn.alpha() / lrn.size())).add((float) lrn.k());
        FloatVector.fromMemorySegment(S, x, at, ORDER)
                .mul(power(base, lrn.beta()))
                .intoMemorySegment(y, at, ORDER);
    }

    /** What the own element gives of the gradient; and what the other channels need, to the workspace. */
    private static void weigh(
            Lrn lrn,
            MemorySegment g,
            MemorySegment x,
            long at,
            MemorySegment workspace,
            long sums,
            long product,
            MemorySegment dx) {
        FloatVector sum = FloatVector.zero(S);
        for (int i = 0; i < lrn.size(); i++) {
            sum = sum.add(FloatVector.fromMemorySegment(S, workspace, sums + (long) Float.BYTES * i, ORDER));
        }
        FloatVector base = sum.mul((float) (lrn.alpha() / lrn.size())).add((float) lrn.k());
        FloatVector own = FloatVector.fromMemorySegment(S, g, at, ORDER).mul(power(base, lrn.beta()));
        own.intoMemorySegment(dx, at, ORDER);
        own.mul(FloatVector.fromMemorySegment(S, x, at, ORDER)).div(base).intoMemorySegment(workspace, product, ORDER);
    }

    private static void subtract(
            Lrn lrn, MemorySegment x, long at, MemorySegment products, long sums, MemorySegment dx) {
        float factor = (float) (2 * lrn.alpha() * lrn.beta() / lrn.size());
        FloatVector sum = FloatVector.zero(S);
        for (int i = 0; i < lrn.size(); i++) {
            sum = sum.add(FloatVector.fromMemorySegment(S, products, sums + (long) Float.BYTES * i, ORDER));
        }
        FloatVector.fromMemorySegment(S, dx, at, ORDER)
                .sub(FloatVector.fromMemorySegment(S, x, at, ORDER).mul(factor).mul(sum))
                .intoMemorySegment(dx, at, ORDER);
    }
}
