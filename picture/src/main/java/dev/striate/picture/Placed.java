package dev.striate.picture;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where everything of a scene is, in pixels from the top left corner.
 *
 * @param boxes by the id of the box
 * @param groups by the path of the group
 * @param routes one for each edge of the scene, in its order
 * @param width of all of it
 * @param height of all of it
 */
record Placed(Map<String, Rect> boxes, Map<String, Rect> groups, List<Route> routes, double width, double height) {
    /** The same with left and right exchanged. */
    Placed mirrored() {
        return new Placed(
                mirrored(boxes),
                mirrored(groups),
                routes.stream().map(this::mirrored).toList(),
                width,
                height);
    }

    private Map<String, Rect> mirrored(Map<String, Rect> rects) {
        Map<String, Rect> all = new HashMap<>();
        rects.forEach((key, rect) -> all.put(key, mirrored(rect)));
        return all;
    }

    private Rect mirrored(Rect r) {
        return new Rect(width - r.x() - r.width(), r.y(), r.width(), r.height());
    }

    private Route mirrored(Route route) {
        List<Point> points = route.points().stream()
                .map(p -> new Point(width - p.x(), p.y()))
                .toList();
        return new Route(points, route.label() == null ? null : mirrored(route.label()));
    }

    /** A rectangle. */
    record Rect(double x, double y, double width, double height) {
        double centerX() {
            return x + width / 2;
        }

        double centerY() {
            return y + height / 2;
        }

        /** Whether this and another have more than an edge in common. */
        boolean meets(Rect other) {
            return x < other.x + other.width
                    && other.x < x + width
                    && y < other.y + other.height
                    && other.y < y + height;
        }
    }

    /** A point. */
    record Point(double x, double y) {}

    /**
     * The way of an edge.
     *
     * @param points where it begins, turns and ends
     * @param label where its label is; null without one
     */
    record Route(List<Point> points, @Nullable Rect label) {}
}
