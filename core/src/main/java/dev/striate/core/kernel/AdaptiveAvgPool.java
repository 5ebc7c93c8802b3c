package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.window.Extent;
import java.util.List;

/**
 * Average pooling to a given size: {@code [N, C, H, W]} gives {@code [N, C, h, w]}. Result {@code i} of {@code k} along an
 * axis of {@code n} elements is the mean of those from {@code floor(i n / k)} to before {@code ceil((i + 1) n / k)}; boxes
 * of neighbours overlap where k does not divide n.
 *
 * @param size the size of the result
 */
public record AdaptiveAvgPool(Extent size) implements Kernel {
    /** To {@code h} rows and {@code w} columns. */
    public static AdaptiveAvgPool adaptiveAvgPool(int h, int w) {
        return new AdaptiveAvgPool(new Extent(h, w));
    }

    /** A box of a map that becomes one element. */
    public record Box(int top, int bottom, int left, int right) {
        /** How many elements it has. */
        public int area() {
            return (bottom - top) * (right - left);
        }
    }

    /** The box of a result's row and column, on maps of {@code h} rows and {@code w} columns. */
    public Box box(int row, int column, int h, int w) {
        return new Box(
                Math.toIntExact((long) row * h / size.h()),
                Math.toIntExact(Math.ceilDiv((row + 1L) * h, (long) size.h())),
                Math.toIntExact((long) column * w / size.w()),
                Math.toIntExact(Math.ceilDiv((column + 1L) * w, (long) size.w())));
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rank(this, inputs.get(0), 4);
        return Sizes.of(inputs.get(0).dim(0), inputs.get(0).dim(1), size.h(), size.w());
    }
}
