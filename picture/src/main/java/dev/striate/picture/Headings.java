package dev.striate.picture;

import dev.striate.picture.Placed.Point;
import dev.striate.picture.Placed.Rect;
import dev.striate.picture.Placed.Route;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Where the headings of groups stand. */
final class Headings {
    private Headings() {}

    /** The text of a heading, at the top left of its group. */
    static Rect of(Group group, Placed placed) {
        Rect at = Objects.requireNonNull(placed.groups().get(group.path()));
        double width = TextSize.bold(group.title(), BoxSize.GROUP_FONT)
                + TextSize.plain(BoxSize.about(group, at.width()), BoxSize.GROUP_FONT)
                + BoxSize.badge(group.times());
        return new Rect(at.x() + BoxSize.GROUP_PADDING, at.y() + 6, width, BoxSize.HEADING - 8);
    }

    /** How many stretches of edges go through headings. */
    static long crossed(Scene scene, Placed placed) {
        List<Rect> headings = scene.groups().stream()
                .flatMap(Group::open)
                .map(g -> of(g, placed))
                .toList();
        return placed.routes().stream()
                .flatMap(Headings::stretches)
                .filter(s -> headings.stream().anyMatch(s::meets))
                .count();
    }

    private static Stream<Rect> stretches(Route route) {
        List<Point> points = route.points();
        return Stream.iterate(1, i -> i < points.size(), i -> i + 1).map(i -> {
            Point a = points.get(i - 1);
            Point b = points.get(i);
            return new Rect(
                    Math.min(a.x(), b.x()), Math.min(a.y(), b.y()), Math.abs(a.x() - b.x()), Math.abs(a.y() - b.y()));
        });
    }
}
