package dev.striate.picture;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts boxes into groups by their paths. */
final class GroupTree {
    /** What a group is before it is known what is in it. */
    private record Key(String path, int use) {
        @Override
        public String toString() {
            return use > 1 ? path + "@" + use : path;
        }
    }

    /** The calls of blocks by their paths: several where weights are shared, in the order of their use. */
    private final Map<String, List<Origin.Call>> calls = new HashMap<>();

    private final Map<Key, Group> groups = new LinkedHashMap<>();
    private final Group root = new Group("", "", null);

    private GroupTree(List<Unit> units) {
        for (Unit unit : units) {
            for (Origin.Call c = unit.head().origin().within(); c != null; c = c.outer()) {
                List<Origin.Call> uses = calls.computeIfAbsent(c.path(), path -> new ArrayList<>());
                if (!uses.contains(c)) {
                    uses.add(c);
                }
            }
        }
        // The weights of operators are values where penalties take them, which stand outside.
        Set<Node> weights = units.stream().flatMap(u -> u.params().stream()).collect(Collectors.toSet());
        units.forEach(u ->
                (weights.contains(u.head()) ? root : group(u.head())).units().add(u));
    }

    /** The tree of some boxes. Groups of one box, and those that hold one group only, are not there. */
    static Group of(List<Unit> units) {
        return simplified(new GroupTree(units).root, "");
    }

    /** The group that a node belongs to, made where it is missing. */
    private Group group(Node node) {
        String path = Paths.withoutUse(Paths.group(node));
        int use = Paths.use(node.path());
        int shared = use > 1 ? shared(node) : Integer.MAX_VALUE;
        Group group = root;
        for (int end = path.indexOf('.'); !path.isEmpty(); end = path.indexOf('.', end + 1)) {
            int to = end < 0 ? path.length() : end;
            Key key = new Key(path.substring(0, to), to >= shared ? use : 1);
            Group outer = group;
            group = groups.computeIfAbsent(key, k -> child(outer, k));
            if (end < 0) {
                break;
            }
        }
        return group;
    }

    private Group child(Group outer, Key key) {
        List<Origin.Call> uses = calls.get(key.path());
        String own = outer.path().isEmpty()
                ? key.path()
                : key.path().substring(Paths.withoutUse(outer.path()).length() + 1);
        Group group = new Group(
                key.toString(),
                own,
                uses == null ? null : uses.getFirst().block().name());
        outer.groups().add(group);
        return group;
    }

    /** The length of the path of the shared block that a later use stands in: of the outermost that was called before. */
    private int shared(Node node) {
        int length = Integer.MAX_VALUE;
        for (Origin.Call c = node.origin().within(); c != null; c = c.outer()) {
            if (calls.getOrDefault(c.path(), List.of()).indexOf(c) > 0) {
                length = c.path().length();
            }
        }
        return length;
    }

    private static Group simplified(Group group, String titleBefore) {
        boolean isRoot = group.path().isEmpty();
        if (!isRoot && group.units().isEmpty() && group.groups().size() == 1) {
            return simplified(group.groups().getFirst(), titleBefore + group.title() + ".");
        }
        Group simple = new Group(group.path(), titleBefore + group.title(), group.block());
        simple.units().addAll(group.units());
        for (Group inner : group.groups()) {
            Group child = simplified(inner, "");
            if (child.groups().isEmpty() && child.units().size() == 1) {
                simple.units().add(child.units().getFirst());
            } else {
                simple.groups().add(child);
            }
        }
        return simple;
    }
}
