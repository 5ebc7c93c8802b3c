package dev.striate.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Output sizes against windows that are placed one by one. */
class WindowTest {
    private static final long SEED = 11;

    @Test
    void outputSizesAreThoseOfWindowsPlacedOneByOne() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int number = 0; number < 20_000; number++) {
            Window w = window(random);
            int axis = random.nextInt(2);
            int n = random.nextInt(1, 30);
            int expected = placed(w, n, axis);
            if (expected > 0) {
                assertThat(w.output(n, axis))
                        .as("seed %d, case %d: %s over %d along axis %d", SEED, number, w, n, axis)
                        .isEqualTo(expected);
            } else {
                assertThat(w.output(n, axis))
                        .as("seed %d, case %d: %s over %d along axis %d", SEED, number, w, n, axis)
                        .isNotPositive();
            }
        }
    }

    @Test
    void samePaddingIsAsLittleAsPossibleAndItsOddHalfComesLast() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int number = 0; number < 5000; number++) {
            Window w = window(random);
            w = new Window(w.kernel(), w.stride(), w.dilation(), Padding.SAME, w.rounding());
            int n = random.nextInt(1, 30);
            int s = w.stride().h();
            long reached = (w.output(n, 0) - 1L) * s + w.reach(0);
            int padding = w.before(n, 0) + w.after(n, 0);
            assertThat(w.output(n, 0)).as("%s over %d", w, n).isEqualTo(Math.ceilDiv(n, s));
            assertThat(padding).as("%s over %d", w, n).isEqualTo(Math.max(0, reached - n));
            assertThat(w.after(n, 0) - w.before(n, 0)).as("%s over %d", w, n).isBetween(0, 1);
        }
    }

    @Test
    void aReachBeyondAnIntIsAnError() {
        Window w = new Window(new Extent(1 << 20, 1), Extent.ONE, new Extent(1 << 20, 1), Padding.NONE, Rounding.FLOOR);
        assertThatThrownBy(() -> w.output(8, 0)).isInstanceOf(ArithmeticException.class);
    }

    private static Window window(SplittableRandom random) {
        return new Window(
                new Extent(random.nextInt(1, 7), random.nextInt(1, 7)),
                new Extent(random.nextInt(1, 6), random.nextInt(1, 6)),
                new Extent(random.nextInt(1, 4), random.nextInt(1, 4)),
                random.nextInt(5) == 0
                        ? Padding.SAME
                        : new Padding.Explicit(
                                random.nextInt(7), random.nextInt(7), random.nextInt(7), random.nextInt(7)),
                List.of(Rounding.values()).get(random.nextInt(3)));
    }

    /** How many windows there are: one begins at each multiple of the stride from the leading padding on. */
    private static int placed(Window w, int n, int axis) {
        int stride = w.stride().along(axis);
        int end = n + w.after(n, axis);
        boolean up = w.rounding() == Rounding.CEIL && w.padding() instanceof Padding.Explicit;
        int count = 0;
        for (int start = -w.before(n, axis); ; start += stride) {
            // Rounded up, a window may begin where the one before left something, but not in the trailing padding.
            boolean counts = up ? start < n && start - stride + w.reach(axis) < end : start + w.reach(axis) <= end;
            if (!counts) {
                return count;
            }
            count++;
        }
    }
}
