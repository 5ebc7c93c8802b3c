package dev.striate.picture;

import dev.striate.picture.Placed.Point;
import dev.striate.picture.Placed.Rect;
import dev.striate.picture.Placed.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.NodePlacementStrategy;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.EdgeLabelPlacement;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.options.HierarchyHandling;
import org.eclipse.elk.core.options.PortConstraints;
import org.eclipse.elk.core.options.PortSide;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkLabel;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.ElkPort;
import org.eclipse.elk.graph.ElkShape;
import org.eclipse.elk.graph.util.ElkGraphUtil;
import org.jspecify.annotations.Nullable;

/** Gives a scene its places: in layers from where values come in to where they go out (Sugiyama et al. 1981, by ELK). */
final class Layout {
    /** How much more it matters that the spine is straight. */
    private static final int STRAIGHT = 10;

    private final ElkNode root = ElkGraphUtil.createGraph();
    private final Direction direction;
    private final Map<String, ElkNode> groups = new HashMap<>();
    private final Map<String, ElkNode> boxes = new HashMap<>();
    /** By box and value: all edges of a value leave at one point. */
    private final Map<String, ElkPort> outgoing = new HashMap<>();

    /** By box: whatever meets somewhere enters at one point. */
    private final Map<String, ElkPort> incoming = new HashMap<>();

    private final List<ElkEdge> edges = new ArrayList<>();

    private Layout(Scene scene, Direction direction) {
        this.direction = direction;
        options();
        scene.groups().forEach(g -> register(g, root));
        for (Box box : scene.boxes()) {
            Group group = box.group();
            ElkNode node = ElkGraphUtil.createNode(group == null ? root : parent(group));
            node.setDimensions(BoxSize.width(box), BoxSize.height(box));
            node.setProperty(CoreOptions.PORT_CONSTRAINTS, PortConstraints.FIXED_SIDE);
            boxes.put(box.id(), node);
        }
        Set<Edge> spine = Spine.of(scene);
        scene.edges().forEach(e -> connect(e, spine.contains(e)));
    }

    /** The places of everything in a scene: the same for the same scene. */
    static Placed of(Scene scene, Direction direction) {
        Layout layout = new Layout(scene, direction);
        new RecursiveGraphLayoutEngine().layout(layout.root, new BasicProgressMonitor());
        Placed placed = layout.placed();
        // What goes past the spine should not go through headings, which stand at the left.
        boolean mirror = direction == Direction.DOWN
                && Headings.crossed(scene, placed.mirrored()) < Headings.crossed(scene, placed);
        return mirror ? placed.mirrored() : placed;
    }

    private void options() {
        root.setProperty(CoreOptions.ALGORITHM, "org.eclipse.elk.layered");
        root.setProperty(
                CoreOptions.DIRECTION,
                direction == Direction.DOWN
                        ? org.eclipse.elk.core.options.Direction.DOWN
                        : org.eclipse.elk.core.options.Direction.RIGHT);
        root.setProperty(CoreOptions.HIERARCHY_HANDLING, HierarchyHandling.INCLUDE_CHILDREN);
        root.setProperty(CoreOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
        root.setProperty(CoreOptions.PADDING, new ElkPadding(0));
        root.setProperty(LayeredOptions.NODE_PLACEMENT_STRATEGY, NodePlacementStrategy.NETWORK_SIMPLEX);
        root.setProperty(CoreOptions.SPACING_NODE_NODE, 22.0);
        root.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, 18.0);
        root.setProperty(LayeredOptions.SPACING_EDGE_NODE_BETWEEN_LAYERS, 10.0);
        root.setProperty(LayeredOptions.SPACING_EDGE_EDGE_BETWEEN_LAYERS, 8.0);
        root.setProperty(CoreOptions.SPACING_EDGE_LABEL, 3.0);
    }

    private ElkNode parent(Group group) {
        return Objects.requireNonNull(groups.get(group.path()));
    }

    private void register(Group group, ElkNode parent) {
        ElkNode node = ElkGraphUtil.createNode(parent);
        double side = BoxSize.GROUP_PADDING;
        node.setProperty(CoreOptions.PADDING, new ElkPadding(side + BoxSize.HEADING, side, side, side));
        groups.put(group.path(), node);
        group.groups().forEach(g -> register(g, node));
    }

    private void connect(Edge edge, boolean straight) {
        ElkNode from = Objects.requireNonNull(boxes.get(edge.from().id()));
        ElkNode to = Objects.requireNonNull(boxes.get(edge.to().id()));
        ElkPort leaves = outgoing.computeIfAbsent(
                edge.from().id() + "\n" + edge.value(),
                value -> port(from, direction == Direction.DOWN ? PortSide.SOUTH : PortSide.EAST));
        PortSide front = direction == Direction.DOWN ? PortSide.NORTH : PortSide.WEST;
        ElkPort enters = edge.to().family() == Family.MERGE
                ? incoming.computeIfAbsent(edge.to().id(), id -> port(to, front))
                : port(to, front);
        ElkEdge added = ElkGraphUtil.createSimpleEdge(leaves, enters);
        if (straight) {
            added.setProperty(LayeredOptions.PRIORITY_STRAIGHTNESS, STRAIGHT);
        }
        if (!edge.label().isEmpty()) {
            ElkLabel label = ElkGraphUtil.createLabel(edge.label(), added);
            label.setDimensions(TextSize.plain(edge.label(), BoxSize.EDGE_FONT) + 4, BoxSize.EDGE_FONT + 4);
            label.setProperty(CoreOptions.EDGE_LABELS_PLACEMENT, EdgeLabelPlacement.TAIL);
        }
        edges.add(added);
    }

    private static ElkPort port(ElkNode node, PortSide side) {
        ElkPort port = ElkGraphUtil.createPort(node);
        port.setProperty(CoreOptions.PORT_SIDE, side);
        return port;
    }

    // ---- results

    private Placed placed() {
        Map<String, Rect> placedBoxes = new HashMap<>();
        boxes.forEach((id, node) -> placedBoxes.put(id, rect(node, node.getParent())));
        Map<String, Rect> placedGroups = new HashMap<>();
        groups.forEach((path, node) -> placedGroups.put(path, rect(node, node.getParent())));
        return new Placed(
                placedBoxes,
                placedGroups,
                edges.stream().map(Layout::route).toList(),
                root.getWidth(),
                root.getHeight());
    }

    /** A shape whose coordinates are relative to those of a node. */
    private static Rect rect(ElkShape shape, @Nullable ElkNode origin) {
        Point at = absolute(shape.getX(), shape.getY(), origin);
        return new Rect(at.x(), at.y(), shape.getWidth(), shape.getHeight());
    }

    private static Point absolute(double x, double y, @Nullable ElkNode origin) {
        double left = x;
        double top = y;
        for (ElkNode node = origin; node != null; node = node.getParent()) {
            left += node.getX();
            top += node.getY();
        }
        return new Point(left, top);
    }

    private static Route route(ElkEdge edge) {
        ElkNode origin = edge.getContainingNode();
        ElkEdgeSection section = edge.getSections().getFirst();
        List<Point> points = new ArrayList<>();
        points.add(absolute(section.getStartX(), section.getStartY(), origin));
        section.getBendPoints().forEach(b -> points.add(absolute(b.getX(), b.getY(), origin)));
        points.add(absolute(section.getEndX(), section.getEndY(), origin));
        Rect label = edge.getLabels().isEmpty() ? null : rect(edge.getLabels().getFirst(), origin);
        return new Route(points, label);
    }
}
