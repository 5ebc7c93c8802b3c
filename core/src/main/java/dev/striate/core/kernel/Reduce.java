package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sum, mean or largest element along some axes, which the result loses: over axes 2 and 3, {@code [N, C, H, W]} gives
 * {@code [N, C]}.
 *
 * @param kind what is taken
 * @param axes the axes, ascending
 */
public record Reduce(Kind kind, List<Integer> axes) implements Kernel {
    /** What is taken of the elements. */
    public enum Kind {
        /** The sum. */
        SUM,
        /** The mean. */
        MEAN,
        /** The largest; NaN when one is NaN. */
        MAX
    }

    /** The sum along axes. */
    public static Reduce reduceSum(int... axes) {
        return of(Kind.SUM, axes);
    }

    /** The mean along axes. */
    public static Reduce reduceMean(int... axes) {
        return of(Kind.MEAN, axes);
    }

    /** The largest element along axes. */
    public static Reduce reduceMax(int... axes) {
        return of(Kind.MAX, axes);
    }

    private static Reduce of(Kind kind, int... axes) {
        return new Reduce(kind, Arrays.stream(axes).boxed().toList());
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Sizes x = inputs.get(0);
        Check.rankAtLeast(this, x, 1 + axes.getLast());
        return kept(x).sizes();
    }

    /** The axes that the result keeps. */
    public Axes kept(Sizes x) {
        return Axes.of(
                x, IntStream.range(0, x.rank()).filter(a -> !axes.contains(a)).toArray());
    }

    /** The axes that the result loses. */
    public Axes lost(Sizes x) {
        return Axes.of(x, axes.stream().mapToInt(a -> a).toArray());
    }

    /**
     * Some axes of a tensor.
     *
     * @param dims their sizes
     * @param strides how far apart neighbours on each of them are in the tensor
     */
    public record Axes(List<Integer> dims, List<Integer> strides) {
        private static Axes of(Sizes x, int... axes) {
            List<Integer> dims = new ArrayList<>();
            List<Integer> strides = new ArrayList<>();
            for (int axis : axes) {
                dims.add(x.dim(axis));
                strides.add(x.elementsFrom(axis + 1));
            }
            return new Axes(dims, strides);
        }

        /** The sizes, as a shape. */
        public Sizes sizes() {
            return Sizes.of(dims.stream().mapToInt(d -> d).toArray());
        }

        /** For every combination of places on these axes, in row-major order, where it lies in the tensor. */
        public int[] places() {
            int[] sizes = sizes().toArray();
            int[] apart = strides.stream().mapToInt(s -> s).toArray();
            return IntStream.range(0, sizes().elements())
                    .map(i -> Broadcast.place(i, sizes, apart))
                    .toArray();
        }
    }
}
