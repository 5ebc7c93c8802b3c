package dev.striate.compiler.analyze;

/** The names of axes: {@code N C}, {@code N C L} and {@code N C H W}; those of other ranks have none. */
final class Axes {
    private Axes() {}

    /** The names for a rank, a letter each; empty where there are none. */
    static String names(int rank) {
        return switch (rank) {
            case 2 -> "NC";
            case 3 -> "NCL";
            case 4 -> "NCHW";
            default -> "";
        };
    }

    /** The name of an axis: a letter, or {@code axis 2}. */
    static String name(int axis, int rank) {
        String names = names(rank);
        return names.isEmpty() ? "axis " + axis : names.substring(axis, axis + 1);
    }
}
