package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** The weight gradient where the input lies in blocks: a tile has some channels of a block. */
final class WeightGradientOfBlocks extends WeightGradientTiles {
    /** For each column of the kernel the output columns whose element lies in the input: the first, and how many. */
    private final int[] firstColumn;

    private final int[] columns;
    /** For each column of the kernel how far the pixels of a band lie from its first one, in the input and output. */
    private final int[][] inputs;

    private final int[][] outputs;

    WeightGradientOfBlocks(WeightGradientPlan plan, Tensor x, Tensor dy, MemorySegment workspace) {
        super(plan, x, dy, workspace);
        int n = sums.kernelW();
        firstColumn = new int[n];
        columns = new int[n];
        inputs = new int[n][];
        outputs = new int[n][];
        for (int tap = 0; tap < n; tap++) {
            firstColumn[tap] = first(sums.columns(), tap);
            columns[tap] = Math.max(0, end(sums.columns(), tap) - firstColumn[tap]);
            fillSteps(tap);
        }
    }

    /** The first output whose element under a tap is not in the padding before the input. */
    private static int first(DirectAxis axis, int tap) {
        return Math.max(0, Math.ceilDiv(axis.before() - axis.at().get(0).get(tap), axis.stride()));
    }

    /** The end of the outputs whose element under a tap is not in the padding behind the input. */
    private static int end(DirectAxis axis, int tap) {
        return Math.min(
                axis.out(),
                Math.ceilDiv(axis.size() + axis.before() - axis.at().get(0).get(tap), axis.stride()));
    }

    private void fillSteps(int tap) {
        int images = plan.bandImages();
        int width = columns[tap];
        inputs[tap] = new int[plan.bandRows() * images * width];
        outputs[tap] = new int[inputs[tap].length];
        long inputImage =
                (long) BYTES * x.blocks() * sums.rows().size() * sums.columns().size();
        long outputImage = planeBytes() * sums.outBlocks();
        for (int i = 0; i < inputs[tap].length; i++) {
            int column = i % width;
            int image = i / width % images;
            int row = i / width / images;
            long input = ((long) row * sums.rows().stride() * sums.columns().size()
                            + (long) column * sums.columns().stride())
                    * BYTES;
            inputs[tap][i] = Math.toIntExact(input + image * inputImage);
            outputs[tap][i] =
                    Math.toIntExact(((long) row * sums.columns().out() + column) * BYTES + image * outputImage);
        }
    }

    @Override
    void band(int image, int band, int chunk, int firstPair, int endPair, int slot) {
        int inBlocks = Math.ceilDiv(sums.in(), LANES);
        for (int pair = firstPair; pair < endPair; pair++) {
            long to = plan.sumsOf(chunk, pair);
            for (int block = 0; block < inBlocks; block++) {
                int depth = Math.min(LANES, sums.in() - block * LANES);
                int inBlock = pair / sums.pairs() * inBlocks + block;
                block(image, band, pair, inBlock, depth, to, slot);
                to += (long) DirectWeights.STEP * depth * sums.area();
            }
        }
    }

    /** All taps of a block of the input and a pair of blocks of the output. */
    private void block(int image, int band, int pair, int inBlock, int depth, long to, int slot) {
        int width = sums.columns().size();
        long in = ((long) image * x.blocks() + inBlock) * sums.rows().size() * width;
        for (int tap = 0; tap < sums.area(); tap++) {
            int i = tap / sums.kernelW();
            int j = tap % sums.kernelW();
            int start = band * plan.bandRows();
            int first = Math.max(start, first(sums.rows(), i));
            int end = Math.min(start + plan.bandRows(), end(sums.rows(), i));
            int steps = (end - first) * plan.bandImages() * columns[j];
            if (steps > 0) {
                int row = first * sums.rows().stride()
                        + sums.rows().at().get(0).get(i)
                        - sums.rows().before();
                int column = firstColumn[j] * sums.columns().stride()
                        + sums.columns().at().get(0).get(j)
                        - sums.columns().before();
                long from = (in + (long) row * width + column) * BYTES;
                long gradient =
                        gradientAt(image, pair) + ((long) first * sums.columns().out() + firstColumn[j]) * BYTES;
                tap(j, steps, from, gradient, pair, depth, to + (long) DirectWeights.STEP * depth * tap, slot);
            }
        }
    }

    private void tap(int column, int steps, long from, long gradient, int pair, int depth, long to, int slot) {
        long tile = slotAt(slot);
        long plane = plan.isTwo(pair) ? planeBytes() : 0;
        int tiles = Math.ceilDiv(depth, RowTiles.MOST);
        for (int t = 0; t < tiles; t++) {
            int c = depth * t / tiles;
            int n = depth * (t + 1) / tiles - c;
            RowTiles.set(
                    n,
                    x.data(),
                    from + (long) c * Float.BYTES,
                    inputs[column],
                    dy.data(),
                    gradient,
                    outputs[column],
                    steps,
                    plane,
                    workspace,
                    tile,
                    DirectWeights.STEP,
                    plane == 0 ? 0 : BYTES);
            add(tile, to + (long) c * DirectWeights.STEP, 2 * n);
        }
    }
}
