package dev.striate.runtime.cuda.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * How sums over each channel of a value {@code [N, C, …]} are taken: a block for each part of some channels, then, where
 * there are several parts, another launch for the sums of parts. It follows from the shape alone, and so does the order of additions.
 *
 * @param x what is summed
 * @param count the parts of each channel
 * @param length the elements of each part but the last, which has the rest
 * @param atOnce how many of them a thread reads at once
 * @param blocks the blocks of a launch over all parts
 */
record Parts(Form x, int count, int length, int atOnce, int blocks) {
    /** Neighbouring channels of a block where channels are last: as many as a warp has threads. */
    private static final int WIDE = 32;

    /** Elements that every thread of a block adds up at least, before another part is worth its block. */
    private static final int LEAST = 16;

    /** Blocks that keep the largest devices busy. */
    private static final int ENOUGH = 1024;

    /** Of a value. */
    static Parts of(Form x) {
        int wide = wide(x);
        int tiles = Math.ceilDiv(x.dim(1), wide);
        int elements = x.dim(0) * x.area();
        int atOnce = x.channelsLast() ? 1 : Form.atOnce(x.area());
        int length = Math.ceilDiv(length(elements, tiles, Call.BLOCK / wide), atOnce) * atOnce;
        int count = Math.ceilDiv(elements, length);
        return new Parts(x, count, length, atOnce, Math.multiplyExact(tiles, count));
    }

    /**
     * The length of parts of sums.
     *
     * @param elements of each sum
     * @param blocks how many blocks there are for parts of this number
     * @param threads how many threads of a block add up one sum
     */
    static int length(int elements, int blocks, int threads) {
        int most = Math.max(1, elements / (LEAST * threads));
        return Math.ceilDiv(elements, Math.clamp(Math.ceilDiv(ENOUGH, blocks), 1, most));
    }

    private static int wide(Form x) {
        return x.channelsLast() ? WIDE : 1;
    }

    /** Declares the constants of the section {@code parts}. */
    Source.Builder put(Source.Builder source) {
        return source.put("C", x.dim(1))
                .put("AREA", x.area())
                .put("OF_CHANNEL", x.dim(0) * x.area())
                .put("CHANNELS_LAST", x.channelsLast())
                .put("WIDE", wide(x))
                .put("PARTS", count)
                .put("LENGTH", length)
                .put("AT_ONCE", atOnce);
    }

    /**
     * A launch that leaves numbers of each part and channel, and one that joins them where there are several parts.
     *
     * @param numbers how many there are of each part and channel
     */
    Work work(Source parts, Source join, int numbers, Arg... operands) {
        return behind(List.of(), 0, parts, join, numbers, operands);
    }

    /**
     * As {@link #work}, behind other calls.
     *
     * @param taken float32 numbers that those leave in scratch memory
     */
    Work behind(List<Call> before, long taken, Source parts, Source join, int numbers, Arg... operands) {
        List<Call> calls = new ArrayList<>(before);
        List<Arg> args = new ArrayList<>(List.of(operands));
        args.add(count == 1 ? Arg.out() : Arg.scratch(taken));
        calls.add(new Call.Launch(parts, blocks, args));
        if (count == 1) {
            return Work.of(calls.toArray(Call[]::new)).withScratch(taken);
        }
        calls.add(Call.perElement(join, x.dim(1) * numbers, Arg.scratch(taken), Arg.out()));
        return Work.of(calls.toArray(Call[]::new)).withScratch(taken + (long) numbers * count * x.dim(1));
    }

    /** Adds up the sums of parts. */
    Source sums(int numbers, Site s) {
        return s.source("add_parts")
                .put("PARTS", count)
                .put("COUNT", numbers * x.dim(1))
                .build();
    }
}
