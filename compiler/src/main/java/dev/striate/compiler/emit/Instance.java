package dev.striate.compiler.emit;

import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An instance of a block's class in a session: a field, or an element of an array, as is decided when it is written. */
final class Instance {
    private final BlockClass type;
    private final BlockForm.Call call;
    private final Grouping.Group group;
    private @Nullable String array;
    private int index = -1;
    private @Nullable String field;

    Instance(BlockClass type, BlockForm.Call call, Grouping.Group group) {
        this.type = type;
        this.call = call;
        this.group = group;
    }

    BlockClass type() {
        return type;
    }

    /** What its constructor is told. */
    BlockForm.Call call() {
        return call;
    }

    /** The call in the source; null for a part of a long list of steps. */
    Origin.@Nullable Call origin() {
        return group.call();
    }

    /** Its place in the source. */
    Span span() {
        return group.call() == null
                ? group.steps().getFirst().origin().span()
                : group.call().span();
    }

    /** What it is called when it stands alone. */
    String name() {
        return Objects.requireNonNull(group.name()) + call.use();
    }

    /** Says in which field it is. */
    void named(String fieldName) {
        array = null;
        field = fieldName;
    }

    /** Says in which array it is, and where. */
    void named(String arrayName, int place) {
        array = arrayName;
        index = place;
        field = arrayName + "[" + place + "]";
    }

    /** How the session reaches it. */
    String field() {
        return Objects.requireNonNull(field, call.path());
    }

    /** The array that it is in; null when it is in none. */
    @Nullable
    String array() {
        return array;
    }

    /** Where it is in its array. */
    int index() {
        return index;
    }

    /**
     * The iteration of a loop, or the use of shared weights, that it belongs to.
     *
     * @param base the path of the loop, or of what is shared
     * @param index the number of the iteration or use
     * @param suffix what follows the path in the name of the field
     * @param isUse whether it is a use
     */
    record Iteration(String base, int index, String suffix, boolean isUse) {
        /** The path of a call in whichever iteration. */
        String path() {
            return isUse ? base : base + ".";
        }
    }

    /** The iteration; null when it belongs to none. */
    @Nullable
    Iteration iteration() {
        String path = call.path();
        String suffix = Objects.requireNonNull(group.name()).substring(group.call() == null ? 0 : path.length());
        int dot = path.lastIndexOf('.');
        if (!call.use().isEmpty()) {
            return new Iteration(path, Integer.parseInt(call.use().substring(1)), suffix, true);
        }
        boolean isNumber = dot > 0
                && path.length() - dot < 7
                && path.chars().skip(dot + 1L).allMatch(Character::isDigit);
        return isNumber
                ? new Iteration(path.substring(0, dot), Integer.parseInt(path.substring(dot + 1)), suffix, false)
                : null;
    }

    /** Whether this is the iteration that a loop goes on with after {@code other}, {@code step} further. */
    boolean follows(Instance other, int step) {
        Iteration mine = iteration();
        Iteration before = other.iteration();
        return mine != null
                && before != null
                && type == other.type
                && mine.equals(new Iteration(before.base, before.index + step, before.suffix, before.isUse))
                && span().equals(other.span())
                && Objects.requireNonNull(origin()).outer()
                        == Objects.requireNonNull(other.origin()).outer();
    }

    /** All values and instances that its constructor is told. */
    List<BlockForm.Place> arguments() {
        List<BlockForm.Place> all = new ArrayList<>();
        call.through().forEach(i -> all.add(new BlockForm.Place(i, "")));
        all.addAll(call.given());
        return all;
    }
}
