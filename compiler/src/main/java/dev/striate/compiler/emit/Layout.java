package dev.striate.compiler.emit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The last touch on generated text, where JavaPoet has no say: fields of one type stand in one declaration, a comment of
 * one sentence takes one line where it fits, and the comments that name the source stand in a column.
 */
final class Layout {
    private static final String COMMENT = "; // ";
    private static final int COMMENT_COLUMN = 100;
    private static final int WIDTH = 110;
    private static final int LONGEST = 120;
    /** A field, or fields of one type, which may have its package: all names but the first stand where a value would. */
    private static final Pattern FIELDS =
            Pattern.compile(" +private (?:final )?[\\w.]+(?:\\[\\])? [^ ,;=]+(?: = [^ ,;=]+(?:, [^ ,;=]+)*)?;");

    private Layout() {}

    /** The text as it is written into the file. */
    static String apply(String java) {
        List<String> lines = java.lines().toList();
        List<String> shaped = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            i += shape(lines, i, shaped);
        }
        return String.join("\n", alignComments(shaped)) + "\n";
    }

    /**
     * Writes the fields of one type that {@link Part} joined in lines of at most 110 columns, without lines between types; a
     * comment of one sentence in one line where it fits; and what is too long in several lines. How many more lines were read.
     */
    private static int shape(List<String> lines, int at, List<String> into) {
        String line = lines.get(at);
        if (isField(line)) {
            declare(line.replace(";", "").split(" = |, "), into);
            return at + 2 < lines.size() && isField(lines.get(at + 2)) ? 1 : 0;
        }
        if (line.endsWith("/**") && at + 2 < lines.size() && lines.get(at + 2).endsWith(" */")) {
            String one = line + lines.get(at + 1).strip().substring(1) + " */";
            if (one.length() <= LONGEST) {
                into.add(one);
                return 2;
            }
        }
        wrap(line, into);
        return 0;
    }

    private static boolean isField(String line) {
        return line.endsWith(";") && FIELDS.matcher(line).matches();
    }

    /** Declares the names of fields, of which the first has their type before it. */
    private static void declare(String[] names, List<String> into) {
        StringBuilder line = new StringBuilder(names[0]);
        for (String name : Arrays.asList(names).subList(1, names.length)) {
            if (line.length() + name.length() + 3 > WIDTH) {
                into.add(line + ",");
                line.setLength(0);
                line.append("                ").append(name);
            } else {
                line.append(", ").append(name);
            }
        }
        into.add(line + ";");
    }

    private static void wrap(String line, List<String> into) {
        if (line.length() <= LONGEST) {
            into.add(line);
            return;
        }
        boolean comment = line.stripLeading().startsWith("* ");
        String next = " ".repeat(indent(line)) + (comment ? "* " : "        ");
        String rest = line;
        int at;
        while (rest.length() > LONGEST && (at = comment ? wordAt(rest, next) : breakAt(rest)) > 0) {
            into.add(rest.substring(0, at).stripTrailing());
            rest = next + rest.substring(at);
        }
        into.add(rest);
    }

    /** Where the last word of a line of a comment begins that does not fit; 0 where it is the first behind what each line has. */
    private static int wordAt(String line, String margin) {
        int at = line.lastIndexOf(' ', LONGEST) + 1;
        return at > margin.length() ? at : 0;
    }

    /** Where a line is best broken: behind a comma or before {@code .then}, the last outside of most parentheses; or 0. */
    private static int breakAt(String line) {
        int best = 0;
        int outermost = Integer.MAX_VALUE;
        int depth = 0;
        boolean quoted = false;
        for (int i = indent(line); i < Math.min(line.length(), LONGEST); i++) {
            char c = line.charAt(i);
            quoted ^= c == '"' && line.charAt(i - 1) != '\\';
            depth += quoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
            boolean breaks = c == ',' || line.startsWith(".then(", i);
            if (breaks && !quoted && depth <= outermost && i > indent(line) + 20) {
                outermost = depth;
                best = c == ',' ? i + 2 : i;
            }
        }
        return best;
    }

    private static int indent(String line) {
        int at = 0;
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    private static List<String> alignComments(List<String> lines) {
        List<String> aligned = new ArrayList<>();
        int i = 0;
        while (i < lines.size()) {
            int end = i;
            int column = 0;
            while (end < lines.size() && isStatement(lines.get(end))) {
                int at = lines.get(end).indexOf(COMMENT) + 2;
                column = at < 2 || at > COMMENT_COLUMN ? column : Math.max(column, at);
                end++;
            }
            end = Math.max(end, i + 1);
            for (String line : lines.subList(i, end)) {
                aligned.add(aligned(line, column));
            }
            i = end;
        }
        return aligned;
    }

    private static boolean isStatement(String line) {
        return line.endsWith(";") || line.contains(COMMENT);
    }

    private static String aligned(String line, int column) {
        int at = line.indexOf(COMMENT);
        if (at < 0) {
            return line;
        }
        String statement = line.substring(0, at + 1);
        return statement + " ".repeat(Math.max(1, column - statement.length())) + line.substring(at + 2);
    }
}
