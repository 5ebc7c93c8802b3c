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

    Runnable forward(Conv conv, Operands o, BlockFunction epilogue) {
        Sizes x = o.in(0).shape();
        BlockWindows windows = new BlockWindows(Grid.of(conv.window(), x.dim(2), x.dim(3)), false);
        Runnable all = convolution(windows, o.in(0), weight(o, o.in(1), false), o, epilogue);
        String name = "depthwise %s/%s"
                .formatted(conv.window().kernel(), conv.window().stride());
        return Described.as(name, () -> {
            setStart(o, conv.bias());
            all.run();
        });
    }

    /** By stride 1 a convolution of the gradients by the turned weight, else row by row. */
    Runnable inputGradient(ConvGradInput kernel, Operands o, BlockFunction epilogue) {
        Tensor g = o.in(0);
        Tensor dx = o.out();
        Grid grid = Grid.of(
                kernel.conv().window(), kernel.shape().dim(2), kernel.shape().dim(3));
        boolean dense = grid.strideH() == 1 && grid.strideW() == 1;
        Packs.Packed weight = weight(o, o.in(1), dense);
        if (dense) {
            BlockWindows turned = new BlockWindows(turned(grid), false);
            Runnable all = convolution(turned, g, weight, o, epilogue);
            return () -> {
                setStart(o, false);
                all.run();
            };
        }
        BlockWindows windows = new BlockWindows(grid, false);
        MemorySegment[] current = new MemorySegment[1];
        int blocks = dx.blocks();
        Runnable planes = new Planes(cpu, dx, windows).forEach(epilogue, (index, plane, row, at) -> {
            long own = (long) (index % blocks) * grid.kernelArea() * BYTES;
            DepthwiseLoops.scatter(windows, row, g.data(), at, current[0], own, dx.data(), plane);
        });
        return () -> {
            current[0] = weight.current();
            planes.run();
        };
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

    /** Some rows at a time, each part followed by a function while it is in the nearest cache. */
    private Runnable convolution(
            BlockWindows windows, Tensor x, Packs.Packed weight, Operands o, BlockFunction epilogue) {
        Tensor y = o.out();
        Grid grid = windows.grid;
        int rows = Math.clamp(VectorProgram.RUN / grid.outW(), 1, grid.outH());
        int parts = Math.ceilDiv(grid.outH(), rows);
        int blocks = y.blocks();
        MemorySegment[] current = new MemorySegment[1];
        long work = (long) rows * grid.outW() * LANES * grid.kernelArea() / 2;
        Runnable all = cpu.forEach(y.shape().dim(0) * blocks * parts, work, (index, slot) -> {
            int plane = index / parts;
            int block = plane % blocks;
            int first = index % parts * rows;
            int end = Math.min(grid.outH(), first + rows);
            long own = (long) block * grid.kernelArea() * BYTES;
            for (int row = first; row < end; row++) {
                DepthwiseLoops.forward(
                        windows,
                        row,
                        x.data(),
                        windows.plane(plane),
                        current[0],
                        own,
                        o.workspace(),
                        (long) block * BYTES,
                        y.data(),
                        windows.result(plane, row));
            }
            epilogue.apply(plane / blocks, block, first * grid.outW(), (end - first) * grid.outW(), slot);
        });
        return () -> {
            current[0] = weight.current();
            all.run();
        };
    }

    /** The scratch memory of {@link #forward} and {@link #inputGradient}: what the sums of each channel begin with. */
    static long startBytes(int channels) {
        return (long) Math.ceilDiv(channels, LANES) * BYTES;
    }

    private static void setStart(Operands o, boolean bias) {
        int channels = o.out().shape().dim(1);
        for (int c = 0; c < o.out().blocks() * LANES; c++) {
            o.workspace()
                    .setAtIndex(JAVA_FLOAT, c, bias && c < channels ? o.in(2).get(c) : 0);
        }
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
        BlockWindows windows = new BlockWindows(Grid.of(kernel.conv().window(), shape.dim(2), shape.dim(3)), false);
        Grid grid = windows.grid;
        BlockSums sums = sums(kernel.conv(), g.shape());
        int taps = grid.kernelArea();
        return sums.bind(
                cpu,
                shape.dim(1),
                o.workspace(),
                (from, pixels, block, memory, at) -> {
                    int plane = (int) (from / BYTES / pixels);
                    for (int row = 0; row < grid.outH(); row++) {
                        long own = windows.result(plane, row);
                        DepthwiseLoops.weightGradient(
                                windows, row, g.data(), own, x.data(), windows.plane(plane), memory, at);
                    }
                },
                c -> {
                    for (int tap = 0; tap < taps; tap++) {
                        o.out().set(c * taps + tap, (float) sums.total(o.workspace(), c, tap));
                    }
                });
    }
}
