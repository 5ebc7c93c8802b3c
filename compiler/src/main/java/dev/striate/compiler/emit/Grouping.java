package dev.striate.compiler.emit;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which steps of a session belong together: those of one call of a block that follow one another, forward and backward
 * apart. A net without blocks is one list of steps, unless it is too long for one method.
 */
final class Grouping {
    /** A session with more steps than this is cut, blocks or not: a method of 8,000 bytes is not compiled by HotSpot. */
    private static final int LONGEST_LIST = 80;

    /** The most steps of one group; each takes up to about 130 bytes of bytecode. */
    private static final int LONGEST_GROUP = 50;

    private Grouping() {}

    /**
     * Steps that belong together.
     *
     * @param name what they are called: the path of the call; null for steps that stand in the session itself
     * @param call the call of the block; null for a part of a long list
     * @param isBackward whether they are gradients
     * @param steps the steps, in order
     */
    record Group(@Nullable String name, Origin.@Nullable Call call, boolean isBackward, List<Node> steps) {}

    /** The groups of the steps of a session, in order. */
    static List<Group> of(List<Node> steps) {
        List<Group> groups = new ArrayList<>();
        split(steps, 0, groups);
        boolean hasBlocks = groups.stream().anyMatch(g -> g.call() != null);
        if (!hasBlocks && steps.size() <= LONGEST_LIST) {
            return List.of(new Group(null, null, false, steps));
        }
        return groups;
    }

    /** Splits steps where the call at a depth changes; what is still too long is split by the calls within. */
    private static void split(List<Node> steps, int depth, List<Group> into) {
        int from = 0;
        while (from < steps.size()) {
            Origin.Call call = call(steps.get(from), depth);
            boolean backward = isBackward(steps.get(from));
            int to = from + 1;
            while (to < steps.size()
                    && Objects.equals(call(steps.get(to), depth), call)
                    && (call == null || isBackward(steps.get(to)) == backward)) {
                to++;
            }
            add(steps.subList(from, to), call, depth, backward, into);
            from = to;
        }
    }

    private static void add(
            List<Node> steps, Origin.@Nullable Call call, int depth, boolean backward, List<Group> into) {
        boolean isLongCall = call != null && steps.size() > LONGEST_GROUP;
        if (isLongCall && steps.stream().anyMatch(s -> call(s, depth + 1) != null)) {
            split(steps, depth + 1, into);
            return;
        }
        String name = call == null ? null : call.path() + (backward ? ".backward" : "");
        boolean isLong = steps.size() > (call == null ? LONGEST_LIST : LONGEST_GROUP);
        for (int from = 0; from < steps.size(); from += LONGEST_GROUP) {
            int to = isLong ? Math.min(from + LONGEST_GROUP, steps.size()) : steps.size();
            into.add(new Group(isLong && name == null ? "part" : name, call, backward, steps.subList(from, to)));
            if (!isLong) {
                return;
            }
        }
    }

    /** Whether a node belongs to the backward pass. */
    static boolean isBackward(Node node) {
        return node.origin() instanceof Origin.Derived derived && derived.by().equals("autodiff");
    }

    /** The call at a depth, from the outermost at 0; null when the node is not that deep. */
    private static Origin.@Nullable Call call(Node node, int depth) {
        int deepest = -1;
        for (Origin.Call c = node.origin().within(); c != null; c = c.outer()) {
            deepest++;
        }
        if (depth > deepest) {
            return null;
        }
        Origin.Call call = node.origin().within();
        for (int d = deepest; d > depth; d--) {
            call = Objects.requireNonNull(call).outer();
        }
        return call;
    }
}
