package dev.striate.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The call of a block, an iteration of a loop, or something labelled, with all that is within. */
final class Group {
    private final String path;
    private final String title;
    private final @Nullable String block;
    private final List<Unit> units = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private final List<Group> repeats = new ArrayList<>();

    /**
     * A group without contents.
     *
     * @param path its path, unique in the picture
     * @param title the part of the path that the groups around it do not show
     * @param block the block that is called; null when there is none
     */
    Group(String path, String title, @Nullable String block) {
        this.path = path;
        this.title = title;
        this.block = block;
    }

    String path() {
        return path;
    }

    String title() {
        return title;
    }

    @Nullable
    String block() {
        return block;
    }

    /** Which use of shared weights it is, from 1. */
    int use() {
        return Paths.use(path);
    }

    /** What stands in it directly. */
    List<Unit> units() {
        return units;
    }

    /** The groups in it. */
    List<Group> groups() {
        return groups;
    }

    /** The equal groups that follow it and are not drawn. */
    List<Group> repeats() {
        return repeats;
    }

    /** How many equal groups follow one another, of which this is the first. */
    int times() {
        return 1 + repeats.size();
    }

    /** This and all groups within. */
    Stream<Group> open() {
        return Stream.concat(Stream.of(this), groups.stream().flatMap(Group::open));
    }

    /** Everything that is drawn within, at any depth. */
    Stream<Unit> all() {
        return Stream.concat(units.stream(), groups.stream().flatMap(Group::all));
    }

    /** Everything within and in the repeats that are not drawn. */
    Stream<Unit> whole() {
        return Stream.concat(
                Stream.concat(units.stream(), groups.stream().flatMap(Group::whole)),
                repeats.stream().flatMap(Group::whole));
    }
}
