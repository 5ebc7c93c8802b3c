package dev.striate.picture;

import dev.striate.picture.Placed.Rect;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the colours of a picture mean: an entry for each family that is there. */
final class Legend {
    private static final double FONT = 11;
    private static final double ROW = 20;
    private static final double SWATCH = 12;

    /** An entry with its place within the legend. */
    private record Entry(Family family, double x, double y) {}

    private final List<Entry> entries = new ArrayList<>();
    private double height = ROW;

    /** The legend of a scene, not wider than {@code width} pixels where that is possible. */
    Legend(Scene scene, double width) {
        Set<Family> families = EnumSet.noneOf(Family.class);
        for (Box box : scene.boxes()) {
            if (box.form() != Box.Form.CLOSED) {
                families.add(box.family());
            }
            box.pills().forEach(p -> families.add(p.family()));
        }
        double x = 0;
        double y = 0;
        for (Family family : families) {
            double entry = SWATCH + 6 + TextSize.plain(family.words(), FONT) + 18;
            if (x > 0 && x + entry > width) {
                x = 0;
                y += ROW;
            }
            entries.add(new Entry(family, x, y));
            x += entry;
            height = y + ROW;
        }
    }

    double height() {
        return height;
    }

    void write(SvgText svg, double left, double top) {
        for (Entry e : entries) {
            Rect swatch = new Rect(left + e.x(), top + e.y() + 4, SWATCH, SWATCH);
            svg.rect(swatch, 3, Svg.colours(e.family(), false));
            svg.text(
                    swatch.x() + SWATCH + 6,
                    swatch.y() + SWATCH - 2,
                    FONT,
                    "fill=\"" + Svg.MUTED + "\"",
                    "",
                    e.family().words());
        }
    }
}
