package dev.striate.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds who published a net in its documentation. */
final class Papers {
    /** What stands in parentheses or behind a colon, begins with a capital and ends with a year. */
    private static final Pattern PAPER = Pattern.compile("[(:] ?(\\p{Lu}[^(:.]*?),? ((?:18|19|20)\\d\\d)\\b");

    private static final int MOST_NAMES = 4;

    private Papers() {}

    /** The authors and the year of the first paper that a text names, such as {@code Simonyan & Zisserman 2014}; else empty. */
    static String first(@Nullable String doc) {
        String line = doc == null ? "" : doc.replaceAll("\\s+", " ").replace("et al.", "et al");
        Matcher found = PAPER.matcher(line);
        if (!found.find()) {
            return "";
        }
        String[] names = found.group(1).replace("et al", "et al.").split(", ", -1);
        String shown = names.length > MOST_NAMES ? names[0] + " et al." : String.join(", ", names);
        return shown + " " + found.group(2);
    }
}
