package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.expr.Expr;
import dev.striate.core.kernel.AdaptiveAvgPool;
import dev.striate.core.kernel.AdaptiveAvgPool.Box;
import dev.striate.core.kernel.AdaptiveAvgPoolGrad;
import dev.striate.core.kernel.Expand;
import dev.striate.core.kernel.LinePool;
import dev.striate.core.kernel.LinePoolGrad;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Reduce;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Means, sums and maxima of whole maps in blocks of channels, or of boxes of them, and their gradients. */
record WholeMaps(Cpu cpu) {
    private static final List<Integer> PIXELS = List.of(2, 3);

    /** The map in blocks if it is; the result, a number for each map, in rows. */
    static Layout numbers(List<Integer> now) {
        return new Layout(now, 1);
    }

    /** Whether a reduction is of whole maps. */
    static boolean isOfMaps(Reduce kernel, Sizes x) {
        return x.rank() == 4 && kernel.axes().equals(PIXELS);
    }

    /** Whether a pooling is of whole maps. */
    static boolean isOfMaps(LinePool kernel, Sizes x) {
        return x.rank() == 4 && kernel.pieces() == 0 && kernel.kind() != LinePool.Kind.L2;
    }

    Runnable reduce(Reduce kernel, Operands o) {
        int area = o.in(0).shape().elementsFrom(2);
        return switch (kernel.kind()) {
            case MAX -> largest(o);
            case SUM -> mean(o, 1);
            case MEAN -> mean(o, area);
        };
    }

    Runnable pool(LinePool kernel, Operands o) {
        return kernel.kind() == LinePool.Kind.MAX
                ? largest(o)
                : mean(o, o.in(0).shape().elementsFrom(2));
    }

    private Runnable mean(Operands o, int divisor) {
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        int area = o.in(0).shape().elementsFrom(2);
        return forEachPlane(
                o.in(0),
                area,
                (plane, at, used) -> MapLoops.mean(x, (long) plane * area * BYTES, area, divisor, y, at, used));
    }

    private Runnable largest(Operands o) {
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        int area = o.in(0).shape().elementsFrom(2);
        return forEachPlane(
                o.in(0),
                area,
                (plane, at, used) -> MapLoops.largest(x, (long) plane * area * BYTES, area, y, at, used));
    }

    /** What is done with a block of an image, whose first channel lies at a byte of a tensor {@code [N, C]}. */
    private interface Plane {
        void run(int plane, long at, int used);
    }

    private Runnable forEachPlane(Tensor x, int work, Plane body) {
        int blocks = x.blocks();
        int channels = x.shape().dim(1);
        return cpu.forEach(x.shape().dim(0) * blocks, (long) work * LANES, (plane, slot) -> {
            int first = plane % blocks * LANES;
            long at = ((long) (plane / blocks) * channels + first) * Float.BYTES;
            body.run(plane, at, Math.min(LANES, channels - first));
        });
    }

    /** The gradient of a mean or a maximum of whole maps. */
    Runnable poolGradient(LinePoolGrad kernel, Operands o) {
        int area = o.out().shape().elementsFrom(2);
        if (kernel.pool().kind() == LinePool.Kind.AVERAGE) {
            return repeated(o.in(0), area, o.out());
        }
        MemorySegment g = o.in(0).data();
        MemorySegment x = o.in(1).data();
        MemorySegment dx = o.out().data();
        return forEachPlane(
                o.out(),
                2 * area,
                (plane, at, used) -> MapLoops.maxGradient(x, dx, (long) plane * area * BYTES, area, g, at, used));
    }

    /** Whether an operand is repeated to whole maps, of which there are enough channels to fill blocks. */
    static boolean fillsBlocks(Sizes operand, Sizes result) {
        boolean perPixel = operand.rank() > 2 && operand.elementsFrom(2) > 1;
        return result.rank() == 4 && !perPixel && result.elementsFrom(2) > 1 && 2 * result.dim(1) >= LANES;
    }

    Runnable expand(Expand kernel, Operands o) {
        Tensor x = o.in(0);
        return repeated(x, kernel.mean() ? o.out().elements() / x.elements() : 1, o.out());
    }

    private Runnable repeated(Tensor x, int divisor, Tensor out) {
        Pointwise share = new Pointwise("share", 1, Expr.arg(0).over(Expr.constant(divisor)));
        return Regions.of(out).forEach(cpu, BlockFunction.of(cpu, share, List.of(x), out)::apply);
    }

    Runnable adaptive(AdaptiveAvgPool pool, Operands o) {
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        Sizes shape = o.in(0).shape();
        Box[] boxes = boxes(pool, shape);
        int area = shape.elementsFrom(2);
        return cpu.forEach(shape.dim(0) * o.in(0).blocks(), (long) area * LANES, (plane, slot) -> {
            for (int i = 0; i < boxes.length; i++) {
                long at = ((long) plane * boxes.length + i) * BYTES;
                MapLoops.boxMean(x, (long) plane * area * BYTES, shape.dim(3), boxes[i], y, at);
            }
        });
    }

    Runnable adaptiveGradient(AdaptiveAvgPoolGrad kernel, Operands o) {
        MemorySegment g = o.in(0).data();
        MemorySegment dx = o.out().data();
        Sizes shape = o.out().shape();
        Box[] boxes = boxes(kernel.pool(), shape);
        int area = shape.elementsFrom(2);
        return cpu.forEach(shape.dim(0) * o.out().blocks(), (long) area * LANES, (plane, slot) -> {
            long to = (long) plane * area * BYTES;
            VectorLoops.fill(dx, to, area * LANES, 0);
            for (int i = 0; i < boxes.length; i++) {
                long at = ((long) plane * boxes.length + i) * BYTES;
                MapLoops.addShare(g, at, boxes[i], dx, to, shape.dim(3));
            }
        });
    }

    /** The boxes of one channel, in the order of their results. */
    private static Box[] boxes(AdaptiveAvgPool pool, Sizes x) {
        int columns = pool.size().w();
        Box[] boxes = new Box[pool.size().h() * columns];
        for (int i = 0; i < boxes.length; i++) {
            boxes[i] = pool.box(i / columns, i % columns, x.dim(2), x.dim(3));
        }
        return boxes;
    }
}
