package dev.striate.compiler.op;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.ir.Shape;
import java.util.Optional;
import java.util.stream.LongStream;

/** The layer that brings one feature map to the shape of another, as the fix of a message. */
final class Projection {
    /** Strides that nets have; a larger ratio is rather a mistake elsewhere. */
    private static final long LARGEST_STRIDE = 8;

    private Projection() {}

    /** A call such as {@code conv(128, 1, stride=2)}; empty when no 1x1 convolution does it. */
    static Optional<String> between(Shape from, Shape to) {
        if (from.rank() != 4 || to.rank() != 4 || to.dim(1).asLong().isEmpty()) {
            return Optional.empty();
        }
        return LongStream.rangeClosed(1, LARGEST_STRIDE)
                .filter(s -> strided(from.dim(2), s).equals(to.dim(2))
                        && strided(from.dim(3), s).equals(to.dim(3)))
                .mapToObj(s -> call(from, to, s))
                .findFirst();
    }

    private static Dim strided(Dim n, long stride) {
        return steps(n, stride).floor().plus(Dim.of(1));
    }

    private static Dim steps(Dim n, long stride) {
        return n.minus(Dim.of(1)).over(Rational.of(stride));
    }

    private static String call(Shape from, Shape to, long stride) {
        boolean tiles = steps(from.dim(2), stride).isWhole()
                && steps(from.dim(3), stride).isWhole();
        return "conv(" + to.dim(1) + ", 1" + (stride == 1 ? "" : ", stride=" + stride) + (tiles ? "" : ", round=floor")
                + ")";
    }
}
