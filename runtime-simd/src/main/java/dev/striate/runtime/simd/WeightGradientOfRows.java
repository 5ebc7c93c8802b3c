package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;

import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The weight gradient where the input lies in row-major order: a tile has neighbouring taps of one row of the kernel. */
final class WeightGradientOfRows extends WeightGradientTiles {
    private final DirectSource source;
    /** Columns of the kernel whose elements lie side by side in the source, and so many at most as a tile has. */
    private final List<List<Integer>> runs = new ArrayList<>();
    /** How far the steps of each tap of one channel are from where a pixel's window begins. */
    private final int[] taps;
    /** How far the pixels of a band lie from the first, in the source and in the output. */
    private final int[] inputs;

    private final int[] outputs;

    WeightGradientOfRows(WeightGradientPlan plan, Tensor x, Tensor dy, MemorySegment workspace) {
        super(plan, x, dy, workspace);
        source = plan.source();
        taps = source.steps(0, 0);
        for (int column = 0; column < sums.kernelW(); column++) {
            addToRun(column);
        }
        int width = sums.columns().out();
        inputs = new int[plan.bandRows() * width];
        outputs = new int[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            long row = (long) (i / width) * sums.rows().stride() * source.rowBytes();
            inputs[i] = Math.toIntExact(row + (long) (i % width) * Float.BYTES);
            outputs[i] = i * BYTES;
        }
    }

    private void addToRun(int column) {
        for (List<Integer> run : runs) {
            if (run.size() < RowTiles.MOST && taps[run.getLast()] + Float.BYTES == taps[column]) {
                run.add(column);
                return;
            }
        }
        runs.add(new ArrayList<>(List.of(column)));
    }

    @Override
    void band(int image, int band, int chunk, int firstPair, int endPair, int slot) {
        long tile = slotAt(slot);
        MemorySegment from = x.data();
        long at = source.offset(image, 0, band);
        if (!source.inPlace()) {
            from = workspace;
            at = tile + WeightGradientPlan.tileBytes();
            source.fill(x, image, 0, band, workspace, at);
        }
        int first = band * plan.bandRows();
        int rows = Math.min(plan.bandRows(), sums.rows().out() - first);
        int steps = rows * sums.columns().out();
        for (int pair = firstPair; pair < endPair; pair++) {
            long gradient =
                    gradientAt(image, pair) + (long) first * sums.columns().out() * BYTES;
            for (int row = 0; row < sums.steps(); row += sums.kernelW()) {
                long to = plan.sumsOf(chunk, pair) + (long) DirectWeights.STEP * row;
                row(from, at, row, gradient, steps, pair, tile, to);
            }
        }
    }

    /** The taps of one channel and row of the kernel, the first of which is tap {@code row}. */
    private void row(MemorySegment from, long at, int row, long gradient, int steps, int pair, long tile, long to) {
        long plane = plan.isTwo(pair) ? planeBytes() : 0;
        for (List<Integer> run : runs) {
            RowTiles.set(
                    run.size(),
                    from,
                    at + taps[row + run.getFirst()],
                    inputs,
                    dy.data(),
                    gradient,
                    outputs,
                    steps,
                    plane,
                    workspace,
                    tile,
                    DirectWeights.STEP,
                    plane == 0 ? 0 : BYTES);
            for (int i = 0; i < run.size(); i++) {
                add(tile + (long) i * DirectWeights.STEP, to + (long) run.get(i) * DirectWeights.STEP, 2);
            }
        }
    }
}
