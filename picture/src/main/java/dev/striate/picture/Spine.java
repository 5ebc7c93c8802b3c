package dev.striate.picture;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The longest way through a scene: drawn straight, it is what holds a picture together. */
final class Spine {
    private Spine() {}

    /** The edges of the longest way, of equally long ones the first. */
    static Set<Edge> of(Scene scene) {
        Map<String, Integer> lengths = new HashMap<>();
        Map<String, Edge> last = new HashMap<>();
        Map<String, List<Edge>> incoming = scene.edges().stream().collect(Collectors.groupingBy(e -> e.to().id()));
        Box end = null;
        for (Box box : scene.boxes()) {
            for (Edge edge : incoming.getOrDefault(box.id(), List.of())) {
                int length = lengths.getOrDefault(edge.from().id(), 0) + 1;
                if (length > lengths.getOrDefault(box.id(), 0)) {
                    lengths.put(box.id(), length);
                    last.put(box.id(), edge);
                }
            }
            if (end == null || lengths.getOrDefault(box.id(), 0) > lengths.getOrDefault(end.id(), 0)) {
                end = box;
            }
        }
        Set<Edge> spine = new HashSet<>();
        for (Edge edge = end == null ? null : last.get(end.id());
                edge != null;
                edge = last.get(edge.from().id())) {
            spine.add(edge);
        }
        return spine;
    }
}
