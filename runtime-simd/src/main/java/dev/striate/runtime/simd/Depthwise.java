package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.Packs;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Convolutions of each channel by itself, in blocks of channels, and their gradients. */
record Depthwise(Cpu cpu) {
    /** What names the weight in blocks: one vector for each element of the window, perhaps from the last to the first. */
    private record Form(boolean reversed) {}

    /** Whether a convolution of {@code channels} channels is one. */
    static boolean is(Conv conv, int channels) {
        return channels > 1 && conv.groups() == channels && conv.filters() == channels;
    }

    /** The first operand and the result in blocks. */
    static Layout layout(int operands) {
        List<Integer> lanes = new ArrayList<>(Collections.nCopies(operands, 1));
        lanes.set(0, LANES);
        return new Layout(lanes, LANES);
    }

    private static Packs.Packed weight(Operands o, Tensor weight, boolean reversed) {
        int channels = weight.shape().dim(0);
        int taps = weight.shape().elementsFrom(1);
        long bytes = (long) Math.ceilDiv(channels, LANES) * taps * BYTES;
        return o.packs().of(weight, new Form(reversed), bytes, (from, to) -> {
            VectorLoops.fill(to, 0, (int) (bytes / Float.BYTES), 0);
            for (int c = 0; c < channels; c++) {
                for (int tap = 0; tap < taps; tap++) {
                    long place = ((long) c / LANES * taps + (reversed ? taps - 1 - tap : tap)) * LANES + c % LANES;
                    to.setAtIndex(JAVA_FLOAT, place, from.getAtIndex(JAVA_FLOAT, (long) c * taps + tap));
                }
            }
        });
    }

    private static Grid grid(Conv conv, Sizes x) {
        return Grid.of(conv.window(), x.dim(2), x.dim(3));
    }

    /** The scratch memory of a convolution of {@code x}, in bytes. */
    long workspace(Conv conv, Sizes x) {
        return workspace(grid(conv, x), x);
    }

    private long workspace(Grid grid, Sizes x) {
        return Depthwise3x3.fit(grid)
                ? Depthwise3x3.of(cpu, grid).workspace()
                : DepthwiseConvolution.of(cpu, grid, x.dim(0), x.dim(1)).workspace();
    }

    /** A convolution without its bias, which {@code finish} adds with what follows. */
    Runnable forward(Conv conv, Operands o, MemorySegment workspace, BlockFunction finish) {
        Grid grid = grid(conv, o.in(0).shape());
        Runnable all = bind(grid, o.in(0), weight(o, o.in(1), false), o.out(), workspace, finish);
        return Described.as(
                "depthwise %s/%s"
                        .formatted(conv.window().kernel(), conv.window().stride()),
                all);
    }

    private Runnable bind(
            Grid grid, Tensor x, Packs.Packed weight, Tensor y, MemorySegment workspace, BlockFunction finish) {
        if (Depthwise3x3.fit(grid)) {
            return Depthwise3x3.of(cpu, grid).bind(x, weight, y, workspace, finish);
        }
        Sizes shape = x.shape();
        return DepthwiseConvolution.of(cpu, grid, shape.dim(0), shape.dim(1)).bind(x, weight, y, workspace, finish);
    }

    /** By stride 1 a convolution of the gradients by the turned weight, else row by row. */
    Runnable inputGradient(ConvGradInput kernel, Operands o, BlockFunction epilogue) {
        Tensor g = o.in(0);
        Tensor dx = o.out();
        Grid grid = grid(kernel.conv(), kernel.shape());
        Packs.Packed weight = weight(o, o.in(1), isDense(grid));
        if (isDense(grid)) {
            return bind(turned(grid), g, weight, dx, o.workspace(), epilogue);
        }
        BlockWindows windows = new BlockWindows(grid, false);
        long[] current = new long[1];
        int blocks = dx.blocks();
        Runnable planes = new Planes(cpu, dx, windows).forEach(epilogue, (index, plane, row, at) -> {
            long own = current[0] + (long) (index % blocks) * grid.kernelArea() * BYTES;
            DepthwiseLoops.scatter(
                    windows, row, g.data().address() + at, own, dx.data().address() + plane);
        });
        return () -> {
            current[0] = weight.current().address();
            planes.run();
        };
    }

    private static boolean isDense(Grid grid) {
        return grid.strideH() == 1 && grid.strideW() == 1;
    }

    /** The scratch memory of {@link #inputGradient}, in bytes. */
    long inputGradientBytes(ConvGradInput kernel) {
        Grid grid = grid(kernel.conv(), kernel.shape());
        return isDense(grid) ? workspace(turned(grid), kernel.shape()) : 0;
    }

    /** The windows of gradients that make up the gradient of an element. */
    private static Grid turned(Grid g) {
        int top = (g.kernelH() - 1) * g.dilationH() - g.top();
        int left = (g.kernelW() - 1) * g.dilationW() - g.left();
        return new Grid(
                g.outH(),
                g.outW(),
                g.h(),
                g.w(),
                g.kernelH(),
                g.kernelW(),
                1,
                1,
                g.dilationH(),
                g.dilationW(),
                top,
                (g.kernelH() - 1) * g.dilationH() - g.bottom(),
                left,
                (g.kernelW() - 1) * g.dilationW() - g.right());
    }

    /** The sums that {@link #weightGradient} takes, in bytes. */
    static long weightGradientBytes(ConvGradWeight kernel, Sizes g) {
        return sums(kernel.conv(), g).bytes();
    }

    private static BlockSums sums(Conv conv, Sizes g) {
        return BlockSums.of(
                g, conv.window().kernel().h() * conv.window().kernel().w());
    }

    Runnable weightGradient(ConvGradWeight kernel, Operands o) {
        Tensor g = o.in(0);
        Tensor x = o.in(1);
        Sizes shape = x.shape();
        BlockWindows windows = new BlockWindows(grid(kernel.conv(), shape), false);
        Grid grid = windows.grid;
        BlockSums sums = sums(kernel.conv(), g.shape());
        int taps = grid.kernelArea();
        return sums.bind(
                cpu,
                shape.dim(1),
                o.workspace(),
                (from, pixels, block, memory, at) -> {
                    int plane = (int) (from / BYTES / pixels);
                    long image = x.data().address() + windows.plane(plane);
                    for (int row = 0; row < grid.outH(); row++) {
                        long own = g.data().address() + windows.result(plane, row);
                        DepthwiseLoops.weightGradient(windows, row, own, image, memory.address() + at);
                    }
                },
                c -> {
                    for (int tap = 0; tap < taps; tap++) {
                        o.out().set(c * taps + tap, (float) sums.total(o.workspace(), c, tap));
                    }
                });
    }
}
