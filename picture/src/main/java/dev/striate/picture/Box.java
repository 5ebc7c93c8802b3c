package dev.striate.picture;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is drawn at one place.
 *
 * @param id its path, unique in the picture
 * @param form what it looks like
 * @param family its colour
 * @param name the bold beginning of its text
 * @param lines the text behind the name, continued on further lines
 * @param note a smaller line below; empty without one
 * @param pills what is applied to its result at once
 * @param tooltip what a viewer shows on pointing at it
 * @param training whether it is in force in training only
 * @param times how many equal ones it stands for
 * @param group the group that it stands in; null outside of all
 */
record Box(
        String id,
        Form form,
        Family family,
        String name,
        List<String> lines,
        String note,
        List<Pill> pills,
        String tooltip,
        boolean training,
        int times,
        @Nullable Group group) {
    /** What a box looks like. */
    enum Form {
        /** A rectangle with an operator. */
        OPERATOR,
        /** A circle with a sign. */
        MERGE,
        /** Where values come in or go out. */
        END,
        /** A group that is closed. */
        CLOSED
    }

    /**
     * An operator within the box of another.
     *
     * @param text what stands in it
     * @param family its colour
     */
    record Pill(String text, Family family) {}
}
