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

        long bytes() {
            return (long) elements() * Float.BYTES;
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
        return (long) cpu.pool().threads() * lines * Line.of(lrn, x).bytes();
    }

    /** {@code y = x * base^-beta}; the bases are in {@code y} meanwhile. */
    Runnable forward(Lrn lrn, Operands o) {
        Runnable bases = bases(lrn, o.in(0), o);
        Runnable scaled = scale(lrn, o.in(0), o.out());
        return () -> {
            bases.run();
            scaled.run();
        };
    }

    /** {@code dx = g * base^-beta - 2 alpha beta / size * x * sum(g * base^-beta * x / base)}. */
    Runnable gradient(LrnGrad kernel, Operands o) {
        Lrn lrn = kernel.lrn();
        Runnable bases = bases(lrn, o.in(1), o);
        Runnable scaled = scale(lrn, o.in(0), o.out());
        Runnable others = subtractOthers(lrn, o);
        return () -> {
            bases.run();
            scaled.run();
            others.run();
        };
    }

    /** The bases of the powers, {@code k + alpha / size * sum(x²)}, to the result. */
    private Runnable bases(Lrn lrn, Tensor x, Operands o) {
        MemorySegment from = x.data();
        MemorySegment to = o.out().data();
        MemorySegment lines = o.workspace();
        Line line = Line.of(lrn, x.shape());
        return forEachPixel(
                o,
                line,
                1,
                (at, step, slot) -> square(from, at, step, line, lines, slot * line.bytes()),
                (at, step, slot) -> {
                    for (int b = 0; b < line.blocks; b++) {
                        bases(lrn, lines, slot * line.bytes() + line.at(b), to, at + b * step);
                    }
                });
    }

    /**
     * {@code y = x * y^-beta}: a pass of its own, since the JIT compiler takes only so many operations into one method, and puts
     * vectors on the heap beyond.
     */
    private Runnable scale(Lrn lrn, Tensor x, Tensor y) {
        MemorySegment from = x.data();
        MemorySegment to = y.data();
        float exponent = (float) -lrn.beta();
        boolean roots = lrn.beta() == THREE_QUARTERS;
        return Regions.of(y).forEach(cpu, (image, block, first, pixels, slot) -> {
            long at = (long) BYTES
                    * ((image * y.blocks() + block) * (long) y.shape().elementsFrom(2) + first);
            if (roots) {
                scaleByRoots(from, to, at, pixels);
            } else {
                scaleByPower(from, to, at, pixels, exponent);
            }
        });
    }

    /** The last term of the gradient; the first is in {@code dx}. */
    private Runnable subtractOthers(Lrn lrn, Operands o) {
        MemorySegment x = o.in(1).data();
        MemorySegment dx = o.out().data();
        MemorySegment lines = o.workspace();
        Line line = Line.of(lrn, o.in(1).shape());
        return forEachPixel(
                o,
                line,
                2,
                (at, step, slot) -> square(x, at, step, line, lines, 2L * slot * line.bytes()),
                (at, step, slot) -> {
                    for (int b = 0; b < line.blocks; b++) {
                        long squares = 2L * slot * line.bytes() + line.at(b);
                        long products = squares + line.bytes();
                        bases(lrn, lines, squares, lines, products);
                        products(dx, x, at + b * step, lines, products);
                    }
                },
                (at, step, slot) -> {
                    for (int b = 0; b < line.blocks; b++) {
                        long products = (2L * slot + 1) * line.bytes() + line.at(b);
                        subtract(lrn, x, at + b * step, lines, products, dx);
                    }
                });
    }

    /** What is done with one pixel, which begins at a byte and has its blocks so many bytes apart. */
    private interface Pixel {
        void run(long from, long step, int slot);
    }

    /** Does some things with each pixel, one after the other: apart, for the JIT compiler's sake, as in {@link PlaceColumns}. */
    private Runnable forEachPixel(Operands o, Line line, int lines, Pixel... passes) {
        int area = o.out().shape().elementsFrom(2);
        int parts = Math.ceilDiv(area, PIXELS);
        long step = (long) area * BYTES;
        Runnable all = cpu.forEach(o.out().shape().dim(0) * parts, 8L * PIXELS * line.elements(), (index, slot) -> {
            long image = (long) (index / parts) * line.blocks * step;
            int end = Math.min(area, (index % parts + 1) * PIXELS);
            for (int i = index % parts * PIXELS; i < end; i++) {
                for (Pixel pass : passes) {
                    pass.run(image + (long) i * BYTES, step, slot);
                }
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

    /** The base of the power of each channel of a block, whose squares are at a byte of {@code squares}. */
    private static void bases(Lrn lrn, MemorySegment squares, long at, MemorySegment bases, long to) {
        long from = at - (long) Float.BYTES * lrn.before();
        FloatVector sum = FloatVector.zero(S);
        for (int i = 0; i < lrn.size(); i++) {
            sum = sum.add(FloatVector.fromMemorySegment(S, squares, from + (long) Float.BYTES * i, ORDER));
        }
        sum.mul((float) (lrn.alpha() / lrn.size())).add((float) lrn.k()).intoMemorySegment(bases, to, ORDER);
    }

    private static void scaleByRoots(MemorySegment x, MemorySegment y, long at, int vectors) {
        for (int i = 0; i < vectors; i++) {
            long place = at + (long) i * BYTES;
            FloatVector root = FloatVector.fromMemorySegment(S, y, place, ORDER).sqrt();
            FloatVector.fromMemorySegment(S, x, place, ORDER)
                    .div(root.mul(root.sqrt()))
                    .intoMemorySegment(y, place, ORDER);
        }
    }

    private static void scaleByPower(MemorySegment x, MemorySegment y, long at, int vectors, float exponent) {
        for (int i = 0; i < vectors; i++) {
            long place = at + (long) i * BYTES;
            FloatVector log = VectorMath.log(FloatVector.fromMemorySegment(S, y, place, ORDER));
            VectorMath.exp(log.mul(exponent))
                    .mul(FloatVector.fromMemorySegment(S, x, place, ORDER))
                    .intoMemorySegment(y, place, ORDER);
        }
    }

    /** {@code product = own * x / product}: what the other channels of a sum need. */
    private static void products(MemorySegment own, MemorySegment x, long at, MemorySegment products, long to) {
        FloatVector.fromMemorySegment(S, own, at, ORDER)
                .mul(FloatVector.fromMemorySegment(S, x, at, ORDER))
                .div(FloatVector.fromMemorySegment(S, products, to, ORDER))
                .intoMemorySegment(products, to, ORDER);
    }

    /** What the other channels give; those whose sums a channel is in lie the other way round. */
    private static void subtract(Lrn lrn, MemorySegment x, long at, MemorySegment products, long to, MemorySegment dx) {
        long from = to - (long) Float.BYTES * lrn.after();
        FloatVector sum = FloatVector.zero(S);
        for (int i = 0; i < lrn.size(); i++) {
            sum = sum.add(FloatVector.fromMemorySegment(S, products, from + (long) Float.BYTES * i, ORDER));
        }
        float factor = (float) (-2 * lrn.alpha() * lrn.beta() / lrn.size());
        FloatVector.fromMemorySegment(S, x, at, ORDER)
                .mul(factor)
                .fma(sum, FloatVector.fromMemorySegment(S, dx, at, ORDER))
                .intoMemorySegment(dx, at, ORDER);
    }
}
