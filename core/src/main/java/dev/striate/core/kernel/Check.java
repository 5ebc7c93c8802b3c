package dev.striate.core.kernel;

import dev.striate.core.English;
import dev.striate.core.Sizes;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.List;

/** What kernels ask of the shapes of their data operands. */
final class Check {
    private Check() {}

    /** There must be {@code count} operands. */
    static void count(Kernel kernel, List<Sizes> operands, int count) {
        if (operands.size() != count) {
            throw new IllegalArgumentException(name(kernel) + " takes " + count + " operands, not " + operands.size());
        }
    }

    /** An operand must have {@code rank} axes. */
    static void rank(Kernel kernel, Sizes operand, int rank) {
        if (operand.rank() != rank) {
            throw new IllegalArgumentException(name(kernel) + " takes a tensor of rank " + rank + ", not " + operand);
        }
    }

    /** An operand must have {@code rank} axes or more. */
    static void rankAtLeast(Kernel kernel, Sizes operand, int rank) {
        if (operand.rank() < rank) {
            throw new IllegalArgumentException(
                    name(kernel) + " takes a tensor of rank " + rank + " or more, not " + operand);
        }
    }

    /** An operand must have a given shape. */
    static void shape(Kernel kernel, Sizes operand, Sizes expected) {
        if (!operand.equals(expected)) {
            throw new IllegalArgumentException(
                    name(kernel) + " takes a tensor of shape " + expected + " here, not " + operand);
        }
    }

    /** A window must fit on a feature map {@code [N, C, H, W]} at least once, and tile it where it says so. */
    static void fits(Kernel kernel, Window window, Sizes x) {
        rank(kernel, x, 4);
        for (int axis = 0; axis < 2; axis++) {
            int n = x.dim(2 + axis);
            if (window.output(n, axis) < 1) {
                throw new IllegalArgumentException(
                        English.withArticle(window.kernel() + " window") + " does not fit on " + x);
            }
            long slack = (long) n + window.before(n, axis) + window.after(n, axis) - window.reach(axis);
            if (window.rounding() == Rounding.EXACT
                    && window.padding() instanceof Padding.Explicit
                    && slack % window.stride().along(axis) != 0) {
                throw new IllegalArgumentException(English.withArticle(window.kernel() + " window") + " with stride "
                        + window.stride() + " does not tile " + x + "; say which way to round");
            }
        }
    }

    private static String name(Kernel kernel) {
        return kernel.getClass().getSimpleName();
    }
}
