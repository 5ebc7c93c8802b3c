package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.incubator.vector.FloatVector;

/**
 * The sums of a weight gradient that a part has to do with, added up band by band in the workspace. A tile has elements of
 * the weight that read neighbouring elements of the input: channels of a block, or taps of a row of the kernel.
 */
final class WeightGradientTiles {
    private final WeightGradientPlan plan;
    private final DirectSums sums;
    private final Tensor x;
    private final Tensor dy;
    private final MemorySegment workspace;
    private final long firstSlot;
    private final long slotBytes;
    private final DirectSource source;
    /** How far what elements of the weight read is from where a pixel's window begins. */
    private final int[] steps;
    /** For each block of the source, the elements of each tile. */
    private final int[][][] tiles;
    /** How far the pixels of a band lie from the first one in the source. */
    private final int[] pixels;

    /**
     * Of given operands.
     *
     * @param x the input of the convolution
     * @param dy the gradient of its output, in blocks
     */
    WeightGradientTiles(WeightGradientPlan plan, Tensor x, Tensor dy, MemorySegment workspace) {
        this.plan = plan;
        this.sums = plan.sums();
        this.x = x;
        this.dy = dy;
        this.workspace = workspace;
        source = plan.source();
        firstSlot = plan.slotAt(0);
        slotBytes = plan.slotBytes();
        steps = source.steps(0, 0);
        tiles = new int[source.blocks()][][];
        int each = source.lanes() * sums.area();
        for (int block = 0; block < tiles.length; block++) {
            tiles[block] = tiles(steps, block * each, Math.min(steps.length, (block + 1) * each));
        }
        int width = sums.columns().out();
        int area = plan.bandRows() * width;
        pixels = new int[plan.images() * area];
        for (int i = 0; i < pixels.length; i++) {
            long row = (long) (i % area / width) * sums.rows().stride() * source.rowBytes();
            pixels[i] = Math.toIntExact(i / area * source.imageBytes() + row + (long) (i % width) * source.pixel());
        }
    }

    /** Those of some elements that read neighbours, cut into tiles of about the same size. */
    private static int[][] tiles(int[] steps, int begin, int end) {
        Map<Integer, Integer> at = new HashMap<>();
        for (int i = begin; i < end; i++) {
            at.put(steps[i], i);
        }
        List<int[]> tiles = new ArrayList<>();
        for (int e = begin; e < end; e++) {
            int first = steps[e];
            if (at.containsKey(first - Float.BYTES)) {
                continue;
            }
            int run = 1;
            while (at.containsKey(first + run * Float.BYTES)) {
                run++;
            }
            int cuts = Math.ceilDiv(run, RowTiles.MOST);
            for (int cut = 0; cut < cuts; cut++) {
                int from = run * cut / cuts;
                int[] tile = new int[run * (cut + 1) / cuts - from];
                for (int i = 0; i < tile.length; i++) {
                    tile[i] = at.getOrDefault(first + (from + i) * Float.BYTES, -1);
                }
                tiles.add(tile);
            }
        }
        return tiles.toArray(int[][]::new);
    }

    /** Computes a part. */
    void part(int part, int slot) {
        int chunk = part % plan.chunks();
        int first = part / plan.chunks() * plan.pairsEach();
        int end = Math.min(plan.pairs(), first + plan.pairsEach());
        for (int pair = first; pair < end; pair++) {
            long sum = plan.sumsOf(chunk, pair);
            zero(workspace, sum, sum + sums.pairBytes());
        }
        for (int block = 0; block < source.blocks(); block += plan.blocksEach()) {
            int endBlock = Math.min(source.blocks(), block + plan.blocksEach());
            for (int band = plan.firstBand(chunk); band < plan.firstBand(chunk + 1); band++) {
                band(band, chunk, first, end, block, endBlock, slot);
            }
        }
    }

    /** Adds a band of an image to the sums of some pairs and blocks of the input. */
    private void band(int index, int chunk, int firstPair, int endPair, int firstBlock, int endBlock, int slot) {
        int image = index / plan.bands() * plan.images();
        int band = index % plan.bands();
        long tile = firstSlot + slot * slotBytes;
        long copy = tile + WeightGradientPlan.tileBytes() + plan.gradientBytes();
        int group = -1;
        for (int pair = firstPair; pair < endPair; pair++) {
            MemorySegment from = x.data();
            long at = source.offset(image, pair / sums.pairs(), band);
            if (!source.inPlace()) {
                from = workspace;
                at = copy;
                if (pair / sums.pairs() != group) {
                    group = pair / sums.pairs();
                    for (int i = 0; i < plan.images(); i++) {
                        long to = copy + i * source.bytes();
                        source.fill(x, image + i, group, band, firstBlock, endBlock, workspace, to);
                    }
                }
            }
            if (plan.images() > 1) {
                gatherGradients(image, pair, tile + WeightGradientPlan.tileBytes());
            }
            for (int block = firstBlock; block < endBlock; block++) {
                block(tiles[block], from, at, image, band, pair, plan.sumsOf(chunk, pair), tile);
            }
        }
    }

    /** Where an image's pair of blocks begins in the gradient of the output. */
    private long gradientAt(int image, int pair) {
        return plan.planeBytes() * ((long) image * sums.outBlocks() + plan.firstBlock(pair));
    }

    /** Copies the gradients of images that are worked on together, so that each block's lie side by side. */
    private void gatherGradients(int image, int pair, long to) {
        long bytes = plan.planeBytes();
        for (int i = 0; i < plan.images(); i++) {
            long from = gradientAt(image + i, pair);
            MemorySegment.copy(dy.data(), from, workspace, to + i * bytes, bytes);
            if (plan.isTwo(pair)) {
                MemorySegment.copy(dy.data(), from + bytes, workspace, to + (plan.images() + i) * bytes, bytes);
            }
        }
    }

    /** Adds a band to the sums of a pair and some tiles. */
    private void block(
            int[][] ofBlock, MemorySegment from, long at, int image, int band, int pair, long to, long tile) {
        int width = sums.columns().out();
        int first = band * plan.bandRows();
        int rows = Math.min(plan.bandRows(), sums.rows().out() - first);
        boolean gathered = plan.images() > 1;
        MemorySegment gradients = gathered ? workspace : dy.data();
        long gradient = gathered
                ? tile + WeightGradientPlan.tileBytes()
                : gradientAt(image, pair) + (long) first * width * BYTES;
        boolean two = plan.isTwo(pair);
        for (int[] elements : ofBlock) {
            RowTiles.set(
                    elements.length,
                    from.address() + at + steps[elements[0]],
                    pixels,
                    gradients.address() + gradient,
                    BYTES,
                    plan.images() * rows * width,
                    two ? plan.images() * plan.planeBytes() : 0,
                    workspace.address() + tile,
                    DirectWeights.STEP,
                    two ? BYTES : 0);
            add(workspace, tile, to, elements);
        }
    }

    /** Adds a tile's sums to those of the part. */
    private static void add(MemorySegment memory, long tile, long to, int[] elements) {
        for (int i = 0; i < elements.length; i++) {
            long from = tile + (long) i * DirectWeights.STEP;
            long at = to + (long) elements[i] * DirectWeights.STEP;
            FloatVector.fromMemorySegment(S, memory, at, ORDER)
                    .add(FloatVector.fromMemorySegment(S, memory, from, ORDER))
                    .intoMemorySegment(memory, at, ORDER);
            FloatVector.fromMemorySegment(S, memory, at + BYTES, ORDER)
                    .add(FloatVector.fromMemorySegment(S, memory, from + BYTES, ORDER))
                    .intoMemorySegment(memory, at + BYTES, ORDER);
        }
    }

    private static void zero(MemorySegment memory, long from, long to) {
        FloatVector zero = FloatVector.zero(S);
        for (long at = from; at < to; at += BYTES) {
            zero.intoMemorySegment(memory, at, ORDER);
        }
    }
}
