package dev.striate.compiler.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps what the author aligned. Pieces that stand in one column of the source, in lines that follow one another there
 * and in the output, stand in one column of the output, when at least one of them has more than the usual space before
 * it.
 */
final class Alignment {
    private final Layout layout;
    private final List<Piece> pieces;
    private final int[] padding;
    private final int[] lines;

    Alignment(Layout layout, List<Piece> pieces, int[] padding) {
        this.layout = layout;
        this.pieces = pieces;
        this.padding = padding;
        this.lines = new int[pieces.size()];
    }

    /**
     * From left to right, so that what is aligned does not move any more. Where the author's order of columns is another
     * than that of the output this fails, and what is not aligned in the end is left as if it never was.
     */
    void align() {
        for (int i = 1; i < lines.length; i++) {
            int inside =
                    (int) pieces.get(i - 1).text.chars().filter(c -> c == '\n').count();
            lines[i] = lines[i - 1] + inside + (pieces.get(i).begins ? 1 : 0);
        }
        List<List<Piece>> groups = groups();
        List<List<Piece>> failed;
        do {
            Arrays.fill(padding, 0);
            groups.forEach(this::pad);
            failed = groups.stream().filter(g -> !isAligned(g)).toList();
            groups.removeAll(failed);
        } while (!failed.isEmpty());
    }

    private List<List<Piece>> groups() {
        List<Piece> candidates =
                new ArrayList<>(pieces.stream().filter(this::canMove).toList());
        candidates.sort(Comparator.comparingInt(Piece::sourceColumn).thenComparingInt(p -> p.index));
        List<List<Piece>> groups = new ArrayList<>();
        List<Piece> group = new ArrayList<>();
        for (Piece piece : candidates) {
            if (!group.isEmpty() && !follows(group.getLast(), piece)) {
                close(group, groups);
                group = new ArrayList<>();
            }
            group.add(piece);
        }
        close(group, groups);
        return groups;
    }

    private void close(List<Piece> group, List<List<Piece>> groups) {
        if (group.size() > 1 && group.stream().anyMatch(p -> p.spaces > layout.space(p.index))) {
            groups.add(group);
        }
    }

    private boolean canMove(Piece piece) {
        return piece.index > 0 && !piece.begins && piece.lineEnds == 0 && layout.space(piece.index) > 0;
    }

    private boolean follows(Piece above, Piece below) {
        return above.sourceColumn() == below.sourceColumn()
                && above.span.line() + 1 == below.span.line()
                && lines[above.index] + 1 == lines[below.index];
    }

    private void pad(List<Piece> group) {
        int column = group.stream().mapToInt(p -> layout.column(p.index)).max().orElseThrow();
        group.forEach(p -> padding[p.index] = Math.max(0, column - layout.column(p.index)));
    }

    private boolean isAligned(List<Piece> group) {
        return group.stream().mapToInt(p -> layout.column(p.index)).distinct().count() == 1;
    }
}
