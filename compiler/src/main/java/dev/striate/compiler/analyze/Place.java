package dev.striate.compiler.analyze;

import dev.striate.compiler.syntax.Ast;
import org.jspecify.annotations.Nullable;

/**
 * Which paths the layers get that are written somewhere.
 *
 * @param prefix what the paths begin with: empty, or a path and a dot
 * @param segments the segments of what is written there
 * @param only the segment of the one call that is there, whose path is that of the place itself; null when there is more
 * @param use which use of shared weights this is, from 1; 0 where nothing is shared
 */
record Place(String prefix, Segments segments, @Nullable String only, int use) {
    /** The path of an unlabelled call, name or merge. */
    String path(Ast call) {
        String segment = segments.of(call);
        if (only == null) {
            return prefix + segment;
        }
        // What stands in the arguments of that call must not meet what is within it.
        return segment.equals(only) ? prefix.substring(0, prefix.length() - 1) : prefix + "arguments." + segment;
    }

    /** The path of something labelled. */
    String path(Ast.Name label) {
        return prefix + label.text();
    }

    /** The place of what belongs to {@code path}. */
    Place within(String path, Segments inner) {
        return new Place(path.isEmpty() ? "" : path + ".", inner, null, use);
    }

    /** One iteration of a loop whose body is {@code body}: its index is a segment, and that of a body of one call is no other. */
    Place iteration(String loop, int index, Ast.Chain body, Segments inner) {
        Ast.Step first = body.steps().getFirst();
        boolean one = body.steps().size() == 1
                && first.label() == null
                && (first.what() instanceof Ast.Call || first.what() instanceof Ast.Ref);
        return new Place(
                (loop.isEmpty() ? "" : loop + ".") + index + ".", inner, one ? inner.of(first.what()) : null, use);
    }
}
