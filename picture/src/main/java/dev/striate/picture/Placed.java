package dev.striate.picture;

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
    /** A rectangle. */
    record Rect(double x, double y, double width, double height) {
        double centerX() {
            return x + width / 2;
        }

        double centerY() {
            return y + height / 2;
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
