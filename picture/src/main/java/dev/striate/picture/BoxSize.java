package dev.striate.picture;

import dev.striate.picture.Box.Form;
import dev.striate.picture.Box.Pill;
import java.util.ArrayList;
import java.util.List;

/** How large boxes must be for what stands in them, in pixels. */
final class BoxSize {
    static final double NAME_FONT = 13;
    static final double NOTE_FONT = 10.5;
    static final double EDGE_FONT = 10;
    static final double GROUP_FONT = 12;

    static final double LINE = 17;
    static final double NOTE_LINE = 15;
    static final double PILL = 19;
    static final double GAP = 5;
    static final double PADDING_X = 12;
    static final double PADDING_Y = 7;
    static final double CIRCLE = 28;

    /** What surrounds the contents of a group. */
    static final double GROUP_PADDING = 14;

    /** The height of the heading of a group. */
    static final double HEADING = 26;

    /** Pills go on in a further row when one would be wider. */
    private static final double PILL_ROW = 230;

    private BoxSize() {}

    static double width(Box box) {
        if (box.form() == Form.MERGE) {
            return CIRCLE;
        }
        double width = Math.max(nameWidth(box), TextSize.plain(box.note(), NOTE_FONT));
        for (int i = 1; i < box.lines().size(); i++) {
            width = Math.max(width, TextSize.plain(box.lines().get(i), NAME_FONT) + GAP * 2);
        }
        for (List<Pill> row : rows(box)) {
            width = Math.max(width, rowWidth(row));
        }
        double ends = box.form() == Form.END ? 6 : 0;
        return Math.ceil(width + 2 * (PADDING_X + ends));
    }

    static double height(Box box) {
        if (box.form() == Form.MERGE) {
            return CIRCLE;
        }
        double pills = rows(box).size() * (PILL + GAP);
        return Math.ceil(lines(box) * LINE + (box.note().isEmpty() ? 0 : NOTE_LINE) + pills + 2 * PADDING_Y);
    }

    /** The lines of the name with the arguments. */
    static int lines(Box box) {
        return Math.max(1, box.lines().size());
    }

    /** The width of the first line. */
    static double nameWidth(Box box) {
        String behind = box.lines().isEmpty() ? "" : box.lines().getFirst();
        return TextSize.bold(box.name(), NAME_FONT) + TextSize.plain(behind, NAME_FONT) + badge(box.times());
    }

    /** The width of {@code x 3} behind a name. */
    static double badge(int times) {
        return times == 1 ? 0 : GAP * 3 + TextSize.bold("\u00d7 " + times, NOTE_FONT);
    }

    /** The pills in rows. */
    static List<List<Pill>> rows(Box box) {
        List<List<Pill>> rows = new ArrayList<>();
        for (Pill pill : box.pills()) {
            if (rows.isEmpty() || rowWidth(rows.getLast()) + GAP + width(pill) > PILL_ROW) {
                rows.add(new ArrayList<>());
            }
            rows.getLast().add(pill);
        }
        return rows;
    }

    static double rowWidth(List<Pill> row) {
        return row.stream().mapToDouble(BoxSize::width).sum() + GAP * (row.size() - 1);
    }

    static double width(Pill pill) {
        return TextSize.plain(pill.text(), NOTE_FONT) + 16;
    }

    /** The text of a group's heading behind its title. */
    static String about(Group group) {
        String block = group.block() == null ? "" : ": " + group.block();
        return group.use() == 1 ? block : block + ", use " + group.use();
    }

    /** What of {@link #about} there is room for in a group of a width. */
    static String about(Group group, double width) {
        double room = width - 2 * GROUP_PADDING - TextSize.bold(group.title(), GROUP_FONT) - badge(group.times());
        String about = about(group);
        int length = about.length();
        while (length > 0 && TextSize.plain(about.substring(0, length), GROUP_FONT) > room) {
            length--;
        }
        return length == about.length() ? about : about.substring(0, Math.max(0, length - 2)) + "\u2026";
    }
}
