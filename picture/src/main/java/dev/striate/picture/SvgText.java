package dev.striate.picture;

import dev.striate.picture.Placed.Rect;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** The elements of an SVG document, written one after the other. Coordinates are rounded to tenths of a pixel. */
final class SvgText {
    private final StringBuilder text = new StringBuilder();

    /** A line as it is. */
    SvgText raw(String line) {
        text.append(line).append('\n');
        return this;
    }

    /** Begins a group. */
    SvgText open(String attributes) {
        return raw(attributes.isEmpty() ? "<g>" : "<g " + attributes + ">");
    }

    /** Ends a group. */
    SvgText close() {
        return raw("</g>");
    }

    /** What a viewer shows on pointing at the group that was just begun. */
    SvgText tooltip(String content) {
        return raw("<title>" + escaped(content) + "</title>");
    }

    /** A rectangle with round corners. */
    SvgText rect(Rect at, double radius, String attributes) {
        return raw("<rect x=\"" + n(at.x()) + "\" y=\"" + n(at.y()) + "\" width=\"" + n(at.width()) + "\" height=\""
                + n(at.height()) + "\" rx=\"" + n(radius) + "\" " + attributes + "/>");
    }

    /** A circle. */
    SvgText circle(double x, double y, double radius, String attributes) {
        return raw("<circle cx=\"" + n(x) + "\" cy=\"" + n(y) + "\" r=\"" + n(radius) + "\" " + attributes + "/>");
    }

    /** A path. */
    SvgText path(String data, String attributes) {
        return raw("<path d=\"" + data + "\" " + attributes + "/>");
    }

    /** Text on a base line, of which the beginning may be bold. */
    SvgText text(double x, double y, double size, String attributes, String bold, String plain) {
        String start = bold.isEmpty() ? "" : "<tspan font-weight=\"bold\">" + escaped(bold) + "</tspan>";
        return raw("<text x=\"" + n(x) + "\" y=\"" + n(y) + "\" font-size=\"" + n(size) + "\" " + attributes + ">"
                + start + escaped(plain) + "</text>");
    }

    /** A number as it is written in attributes. */
    static String n(double value) {
        return BigDecimal.valueOf(value)
                .setScale(1, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Text as it is written in a document. */
    static String escaped(String content) {
        return content.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
