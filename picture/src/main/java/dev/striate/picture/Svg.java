package dev.striate.picture;

import static dev.striate.picture.SvgText.escaped;
import static dev.striate.picture.SvgText.n;

import dev.striate.picture.Box.Pill;
import dev.striate.picture.Placed.Point;
import dev.striate.picture.Placed.Rect;
import dev.striate.picture.Placed.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Writes a scene with its places as SVG 1.1. */
final class Svg {
    static final String MUTED = "#5f7480";

    private static final String INK = "#263238";
    private static final String LINES = "#78909c";
    private static final double MARGIN = 28;
    private static final double TITLE_FONT = 22;
    private static final double SUBTITLE_FONT = 12;
    private static final double HEADER = 50;
    private static final double LEAST_WIDTH = 360;

    /** The corners where an edge turns are this round. */
    private static final double TURN = 6;

    private final Scene scene;
    private final Placed placed;
    private final SvgText svg = new SvgText();

    private Svg(Scene scene, Placed placed) {
        this.scene = scene;
        this.placed = placed;
    }

    /** The whole document. */
    static String of(Scene scene, Placed placed) {
        return new Svg(scene, placed).document();
    }

    private String document() {
        double header =
                Math.max(TextSize.bold(scene.title(), TITLE_FONT), TextSize.plain(scene.subtitle(), SUBTITLE_FONT));
        double inner = Math.max(Math.max(placed.width(), header), LEAST_WIDTH);
        Legend legend = new Legend(scene, inner);
        double top = MARGIN + HEADER + legend.height() + MARGIN / 2;
        double width = Math.ceil(inner + 2 * MARGIN);
        double height = Math.ceil(top + placed.height() + MARGIN);
        svg.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        svg.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + n(width) + "\" height=\"" + n(height)
                + "\" viewBox=\"0 0 " + n(width) + " " + n(height) + "\" role=\"img\" aria-labelledby=\"title desc\""
                + " font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">");
        svg.raw("<title id=\"title\">" + escaped(scene.title()) + "</title>");
        svg.raw("<desc id=\"desc\">" + escaped("The network " + scene.title() + ": " + scene.subtitle()) + "</desc>");
        svg.raw(
                "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\""
                        + " orient=\"auto\"><path d=\"M0 0.8 L7.5 4 L0 7.2 Z\" fill=\"" + LINES
                        + "\"/></marker></defs>");
        // Viewers with a dark background show the picture on its own.
        svg.raw("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        svg.text(MARGIN, MARGIN + 18, TITLE_FONT, fill(INK), scene.title(), "");
        svg.text(MARGIN, MARGIN + 38, SUBTITLE_FONT, fill(MUTED), "", scene.subtitle());
        legend.write(svg, MARGIN, MARGIN + HEADER);
        svg.open("transform=\"translate(" + n((width - placed.width()) / 2) + " " + n(top) + ")\"");
        scene.groups().forEach(g -> group(g, 0));
        edges();
        sharing();
        scene.groups().forEach(g -> heading(g, 0));
        scene.boxes().forEach(this::box);
        return svg.close().raw("</svg>").toString();
    }

    private static String fill(String colour) {
        return "fill=\"" + colour + "\"";
    }

    /** The colours of a family, with a dashed border for what is in force in training only. */
    static String colours(Family family, boolean dashed) {
        return fill(family.fill()) + " stroke=\"" + family.stroke() + "\""
                + (dashed ? " stroke-dasharray=\"4 3\"" : "");
    }

    // ---- groups

    private void group(Group group, int depth) {
        Rect at = place(group);
        String colours = fill(ground(depth)) + " stroke=\"#cfd8dc\"";
        svg.open("class=\"group\"").tooltip(group.path() + BoxSize.about(group));
        stack(at, 10, colours, group.times());
        svg.rect(at, 10, colours).close();
        group.groups().forEach(g -> group(g, depth + 1));
    }

    /** Above the edges, which may cross it. */
    private void heading(Group group, int depth) {
        Rect at = Headings.of(group, placed);
        double y = at.y() + at.height() - 4;
        String about = BoxSize.about(group, place(group).width());
        svg.text(at.x(), y, BoxSize.GROUP_FONT, fill(MUTED) + halo(ground(depth)), group.title(), about);
        badge(at.x() + at.width() - BoxSize.badge(group.times()), y, group.times());
        group.groups().forEach(g -> heading(g, depth + 1));
    }

    private Rect place(Group group) {
        return Objects.requireNonNull(placed.groups().get(group.path()));
    }

    /** The colour of the background in a group. */
    private static String ground(int depth) {
        return depth % 2 == 0 ? "#f6f8f9" : "#ffffff";
    }

    /** Keeps text apart from what is behind it. */
    private static String halo(String colour) {
        return " stroke=\"" + colour + "\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\"";
    }

    /** The sheets behind what stands for several. */
    private void stack(Rect at, double radius, String colours, int times) {
        for (int sheet = Math.min(times - 1, 2); sheet > 0; sheet--) {
            svg.rect(new Rect(at.x() + 4 * sheet, at.y() + 4 * sheet, at.width(), at.height()), radius, colours);
        }
    }

    /** How many equal ones there are. */
    private void badge(double x, double baseline, int times) {
        if (times > 1) {
            String count = "\u00d7 " + times;
            double width = TextSize.bold(count, BoxSize.NOTE_FONT) + 2 * BoxSize.GAP;
            svg.rect(new Rect(x + BoxSize.GAP, baseline - 12, width, 16), 8, fill(INK));
            svg.text(
                    x + BoxSize.GAP + width / 2,
                    baseline,
                    BoxSize.NOTE_FONT,
                    fill("#ffffff") + " text-anchor=\"middle\"",
                    count,
                    "");
        }
    }

    // ---- edges

    private void edges() {
        List<Route> routes = placed.routes();
        svg.open("fill=\"none\" stroke=\"" + LINES + "\" stroke-width=\"1.2\"");
        for (int i = 0; i < routes.size(); i++) {
            svg.path(rounded(routes.get(i).points()), "marker-end=\"url(#arrow)\"");
        }
        svg.close();
        svg.open(fill(MUTED) + " text-anchor=\"middle\"");
        for (int i = 0; i < routes.size(); i++) {
            Rect label = routes.get(i).label();
            if (label != null) {
                double baseline = label.y() + label.height() - 4;
                svg.text(
                        label.centerX(),
                        baseline,
                        BoxSize.EDGE_FONT,
                        "",
                        "",
                        scene.edges().get(i).label());
            }
        }
        svg.close();
    }

    private static String rounded(List<Point> points) {
        StringBuilder path = new StringBuilder("M" + at(points.getFirst()));
        for (int i = 1; i < points.size() - 1; i++) {
            Point corner = points.get(i);
            path.append(" L").append(at(towards(corner, points.get(i - 1))));
            path.append(" Q").append(at(corner)).append(' ').append(at(towards(corner, points.get(i + 1))));
        }
        return path.append(" L").append(at(points.getLast())).toString();
    }

    /** The point where a round corner begins on the way to a neighbour. */
    private static Point towards(Point corner, Point neighbour) {
        double dx = neighbour.x() - corner.x();
        double dy = neighbour.y() - corner.y();
        double length = Math.hypot(dx, dy);
        double share = length == 0 ? 0 : Math.min(TURN, length / 2) / length;
        return new Point(corner.x() + dx * share, corner.y() + dy * share);
    }

    private static String at(Point p) {
        return n(p.x()) + " " + n(p.y());
    }

    /** A dashed line between uses of the same weights that stand side by side. */
    private void sharing() {
        Map<String, Rect> first = new HashMap<>();
        scene.groups().stream().flatMap(Group::open).forEach(group -> {
            Rect at = place(group);
            Rect other = first.putIfAbsent(Paths.withoutUse(group.path()), at);
            if (other != null && other.y() == at.y()) {
                double y = at.y() + BoxSize.HEADING / 2;
                double from = Math.min(at.x() + at.width(), other.x() + other.width());
                svg.path(
                        "M" + n(from) + " " + n(y) + " H" + n(Math.max(at.x(), other.x())),
                        "stroke=\"" + MUTED + "\" stroke-width=\"2\" stroke-dasharray=\"3 3\"");
            }
        });
    }

    // ---- boxes

    private void box(Box box) {
        Rect at = Objects.requireNonNull(placed.boxes().get(box.id()));
        svg.open("class=\"node\"").tooltip(box.tooltip());
        String colours = colours(box.family(), box.training());
        switch (box.form()) {
            case MERGE -> {
                svg.circle(at.centerX(), at.centerY(), BoxSize.CIRCLE / 2, colours + " stroke-width=\"1.4\"");
                centred(at, at.centerY() + 5.5, 17, box);
            }
            case END -> {
                svg.rect(at, Math.min(at.height() / 2, 16), colours);
                contents(box, at, true);
            }
            case CLOSED -> {
                stack(at, 8, colours, Math.max(box.times(), 2));
                svg.rect(at, 8, colours);
                contents(box, at, false);
            }
            case OPERATOR -> {
                svg.rect(at, 6, colours);
                contents(box, at, false);
            }
        }
        svg.close();
    }

    private void centred(Rect at, double baseline, double size, Box box) {
        svg.text(at.centerX(), baseline, size, fill(box.family().ink()) + " text-anchor=\"middle\"", box.name(), "");
    }

    private void contents(Box box, Rect at, boolean centred) {
        String ink = fill(box.family().ink()) + (centred ? " text-anchor=\"middle\"" : "");
        double x = centred ? at.centerX() : at.x() + BoxSize.PADDING_X;
        double y = at.y() + BoxSize.PADDING_Y;
        for (int i = 0; i < BoxSize.lines(box); i++) {
            double indent = i == 0 ? 0 : 2 * BoxSize.GAP;
            String behind = i < box.lines().size() ? box.lines().get(i) : "";
            svg.text(x + indent, y + 13, BoxSize.NAME_FONT, ink, i == 0 ? box.name() : "", behind);
            if (i == 0) {
                double end = BoxSize.nameWidth(box) - BoxSize.badge(box.times());
                badge(x + end, y + 13, box.times());
            }
            y += BoxSize.LINE;
        }
        if (!box.note().isEmpty()) {
            svg.text(x, y + 10.5, BoxSize.NOTE_FONT, ink + " opacity=\"0.8\"", "", box.note());
            y += BoxSize.NOTE_LINE;
        }
        for (List<Pill> row : BoxSize.rows(box)) {
            y += BoxSize.GAP;
            pills(row, at.x() + BoxSize.PADDING_X, y);
            y += BoxSize.PILL;
        }
    }

    private void pills(List<Pill> row, double left, double top) {
        double x = left;
        for (Pill pill : row) {
            Rect at = new Rect(x, top, BoxSize.width(pill), BoxSize.PILL);
            svg.rect(at, BoxSize.PILL / 2, colours(pill.family(), pill.family() == Family.REGULARIZATION));
            svg.text(
                    at.centerX(),
                    top + 13,
                    BoxSize.NOTE_FONT,
                    fill(pill.family().ink()) + " text-anchor=\"middle\"",
                    "",
                    pill.text());
            x += at.width() + BoxSize.GAP;
        }
    }
}
