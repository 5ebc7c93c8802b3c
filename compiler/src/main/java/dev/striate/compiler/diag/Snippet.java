package dev.striate.compiler.diag;

import dev.striate.compiler.source.LineMap;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Some lines of a file, with what is to be said about places in them below each. */
final class Snippet {
    private static final int WIDEST = 160;
    private static final int BEFORE_FIRST_MARK = 60;
    private static final Pattern CARETS = Pattern.compile("\\^+");
    private static final Pattern DASHES = Pattern.compile("-+");

    /** An underline; columns are those of the shown line, from 0. */
    private record Mark(int from, int to, boolean primary, String text) {
        /** As it is, when {@code cut} columns are left out before it and few are shown. */
        Mark shifted(int cut) {
            int end = Math.max(from + 1, Math.min(to, cut + WIDEST));
            return new Mark(from - cut, end - cut, primary, text);
        }
    }

    private final SourceFile file;
    private final Style style;
    private final NavigableMap<Integer, List<Mark>> marks = new TreeMap<>();

    Snippet(SourceFile file, Style style) {
        this.file = file;
        this.style = style;
    }

    /** Adds an underline. Of a span over several lines, the first is marked, and the last, which has the text. */
    void mark(Span span, boolean primary, String text) {
        LineMap lines = file.lines();
        int first = span.line();
        int last = span.endLine();
        if (first == last) {
            mark(first, span.start(), span.end(), primary, text);
            return;
        }
        String lastText = lines.text(last);
        int indent = lastText.length() - lastText.stripLeading().length();
        mark(first, span.start(), lines.end(first), primary, "");
        mark(last, lines.start(last) + indent, span.end(), primary, text);
    }

    private void mark(int line, int start, int end, boolean primary, String text) {
        int lineStart = file.lines().start(line);
        ShownLine shown = new ShownLine(file.lines().text(line));
        int from = shown.column(start - lineStart);
        int to = Math.max(from + 1, shown.column(end - lineStart));
        marks.computeIfAbsent(line, l -> new ArrayList<>()).add(new Mark(from, to, primary, ShownLine.harmless(text)));
    }

    int firstLine() {
        return marks.firstKey();
    }

    int lastLine() {
        return marks.lastKey();
    }

    /** Draws all lines; {@code margin} is as wide as the numbers of lines are. */
    void draw(StringBuilder out, String margin) {
        row(out, margin, "");
        marks.forEach((line, all) -> {
            String shown = new ShownLine(file.lines().text(line)).text();
            String number = Integer.toString(line);
            List<Mark> left =
                    all.stream().sorted(Comparator.comparingInt(Mark::from)).toList();
            while (!left.isEmpty()) { // a line that is too long to show all marks is shown again, further to the right
                int cut = width(shown) <= WIDEST ? 0 : Math.max(0, left.getFirst().from - BEFORE_FIRST_MARK);
                List<Mark> seen = left.stream()
                        .takeWhile(m -> (cut == 0 && width(shown) <= WIDEST) || m.from < cut + WIDEST - 1)
                        .toList();
                row(out, margin.substring(number.length()) + number, window(shown, cut));
                drawMarks(out, margin, seen.stream().map(m -> m.shifted(cut)).toList());
                left = left.subList(seen.size(), left.size());
            }
        });
    }

    private static int width(String shown) {
        return shown.codePointCount(0, shown.length());
    }

    private static String window(String shown, int cut) {
        int[] all = shown.codePoints().toArray();
        if (all.length <= WIDEST) {
            return shown;
        }
        int end = Math.min(all.length, cut + WIDEST);
        String start = cut > 0 ? "…" : Character.toString(all[0]);
        return start + new String(all, cut + 1, end - cut - 1) + (end < all.length ? "…" : "");
    }

    /**
     * The underlines, with the text of the rightmost one after them; then the other texts, each below its underline.
     */
    private void drawMarks(StringBuilder out, String margin, List<Mark> unsorted) {
        List<Mark> sorted =
                unsorted.stream().sorted(Comparator.comparingInt(Mark::from)).toList();
        Mark last = sorted.getLast();
        row(out, margin, last.text.isEmpty() ? underlines(sorted) : underlines(sorted) + " " + text(last));
        List<Mark> hanging = sorted.subList(0, sorted.size() - 1).stream()
                .filter(m -> !m.text.isEmpty())
                .toList();
        if (!hanging.isEmpty()) {
            row(out, margin, bars(hanging));
        }
        for (int i = hanging.size() - 1; i >= 0; i--) {
            Mark mark = hanging.get(i);
            List<Mark> toTheLeft =
                    hanging.stream().filter(m -> m.from < mark.from).toList();
            String bars = bars(toTheLeft);
            row(out, margin, bars + " ".repeat(mark.from - bars.length()) + text(mark));
        }
    }

    private String text(Mark mark) {
        return mark.primary ? style.loud(mark.text) : style.quiet(mark.text);
    }

    private String underlines(List<Mark> marks) {
        int width = marks.stream().mapToInt(Mark::to).max().orElse(0);
        char[] signs = " ".repeat(width).toCharArray();
        marks.stream().filter(m -> !m.primary).forEach(m -> Arrays.fill(signs, m.from, m.to, '-'));
        marks.stream().filter(Mark::primary).forEach(m -> Arrays.fill(signs, m.from, m.to, '^'));
        String quiet = DASHES.matcher(new String(signs)).replaceAll(m -> style.quiet(m.group()));
        return CARETS.matcher(quiet).replaceAll(m -> style.loud(m.group()));
    }

    private static String bars(List<Mark> marks) {
        int width = marks.stream().mapToInt(m -> m.from + 1).max().orElse(0);
        char[] signs = " ".repeat(width).toCharArray();
        marks.forEach(m -> signs[m.from] = '|');
        return new String(signs);
    }

    private void row(StringBuilder out, String left, String text) {
        out.append(style.quiet(left + " |"))
                .append(text.isEmpty() ? "" : " " + text)
                .append('\n');
    }
}
