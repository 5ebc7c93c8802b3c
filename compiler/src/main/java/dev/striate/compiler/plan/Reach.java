package dev.striate.compiler.plan;

import dev.striate.compiler.ir.Rational;
import dev.striate.core.window.Window;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * Which elements of a value each element of another one sees, along one axis. The pattern repeats: element
 * {@code o + period} sees what element {@code o} does, {@code advance} further on.
 */
final class Reach {
    /** Every element sees the one at its place. */
    static final Reach POINT = new Reach(new long[1], new long[1], 1);

    private final long[] first;
    private final long[] last;
    private final long advance;

    /** The first and the last element that each of one period sees, and how far on the next period is. */
    private Reach(long[] first, long[] last, long advance) {
        this.first = first;
        this.last = last;
        this.advance = advance;
    }

    private int period() {
        return first.length;
    }

    private long at(long[] bounds, long element) {
        return bounds[Math.floorMod(element, period())] + Math.floorDiv(element, period()) * advance;
    }

    private static Reach of(int period, long advance, IntToLongFunction first, IntToLongFunction last) {
        return new Reach(
                IntStream.range(0, period).mapToLong(first).toArray(),
                IntStream.range(0, period).mapToLong(last).toArray(),
                advance);
    }

    /** What the results of a window see. */
    Reach through(Window window, int axis, int before) {
        int stride = window.stride().along(axis);
        int common = gcd(period(), stride);
        return of(
                period() / common,
                advance * (stride / common),
                o -> at(first, (long) o * stride - before),
                o -> at(last, (long) o * stride - before + window.reach(axis) - 1));
    }

    /** What the results of a transposed window see. */
    Reach transposed(Window window, int axis, int before) {
        int stride = window.stride().along(axis);
        return of(
                period() * stride,
                advance,
                o -> at(first, Math.ceilDiv((long) o + before - window.reach(axis) + 1, (long) stride)),
                o -> at(last, Math.floorDiv((long) o + before, (long) stride)));
    }

    /** What either sees; empty when they move at different speeds, so that they have no pattern in common. */
    Optional<Reach> join(Reach b) {
        if (advance * b.period() != b.advance * period()) {
            return Optional.empty();
        }
        int period = period() / gcd(period(), b.period()) * b.period();
        return Optional.of(of(
                period,
                advance * (period / period()),
                o -> Math.min(at(first, o), b.at(b.first, o)),
                o -> Math.max(at(last, o), b.at(b.last, o))));
    }

    /** The most that one element sees. */
    long size() {
        return IntStream.range(0, period())
                .mapToLong(o -> last[o] - first[o] + 1)
                .max()
                .orElseThrow();
    }

    /** The distance of the elements that neighbours see, on average. */
    Rational stride() {
        return Rational.of(advance).over(Rational.of(period()));
    }

    /** The first element that an element sees, which may lie in the padding. */
    long first(long element) {
        return at(first, element);
    }

    /** The last one. */
    long last(long element) {
        return at(last, element);
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
