package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.ir.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An axis of a value, by its name or number. Names are those of {@code [N, C]}, {@code [N, C, L]} and {@code [N, C, H, W]};
 * the axes of other ranks have numbers only.
 *
 * @param written the letter, or the number from 0
 */
public record Axis(String written) {
    /** The channels, or classes. */
    public static final Axis C = new Axis("C");

    /** The names that axes have. */
    public static final List<String> NAMES = List.of("N", "C", "L", "H", "W");

    /** An axis by its number. */
    public static Axis of(int number) {
        return new Axis(Integer.toString(number));
    }

    private static String names(int rank) {
        return switch (rank) {
            case 1 -> "N";
            case 2 -> "NC";
            case 3 -> "NCL";
            case 4 -> "NCHW";
            default -> "";
        };
    }

    /** How an axis is called in messages: a letter, or {@code axis 2}. */
    public static String name(int axis, int rank) {
        return names(rank).isEmpty() ? "axis " + axis : names(rank).substring(axis, axis + 1);
    }

    /** Which axis it is of values of {@code rank} axes; empty when there is no such axis. */
    public Optional<Integer> index(int rank) {
        return IntStream.range(0, rank)
                .filter(i -> written.equals(Integer.toString(i)) || written.equals(name(i, rank)))
                .boxed()
                .findFirst();
    }

    /** What axes there are of values of {@code rank} axes, in words. */
    public static String choices(int rank) {
        return names(rank).isEmpty()
                ? "its axes have numbers from 0 to " + (rank - 1)
                : "its axes are "
                        + names(rank).chars().mapToObj(Character::toString).collect(Collectors.joining(", "));
    }

    /**
     * Which axis it is of an operand.
     *
     * @throws ShapeError when the operand has no such axis
     */
    int of(String op, Shape x) {
        return index(x.rank())
                .orElseThrow(() -> new ShapeError(
                                Code.AXIS, op + " works along axis " + written + ", and " + x + " has no such axis")
                        .remark(0, List.of(), x + " comes from here")
                        .fix(x.rank() == 0 ? "give it a value with axes" : choices(x.rank())));
    }

    @Override
    public String toString() {
        return written;
    }
}
