package dev.striate.compiler.emit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    private final Iterator<String> lines;
    /** The line behind the one that is shaped; null behind the last. */
    private @Nullable String next;
    /** The line behind that. */
    private @Nullable String second;
    /** Statements that follow one another, whose comments stand in one column. */
    private final List<String> statements = new ArrayList<>();

    private final StringBuilder text;

    private Layout(String java) {
        lines = java.lines().iterator();
        text = new StringBuilder(java.length() + java.length() / 8);
        read();
        read();
    }

    /** The text as it is written into the file. */
    static String apply(String java) {
        Layout layout = new Layout(java);
        for (String line = layout.read(); line != null; line = layout.read()) {
            layout.shape(line);
        }
        layout.align();
        return layout.text.toString();
    }

    private @Nullable String read() {
        String line = next;
        next = second;
        second = lines.hasNext() ? lines.next() : null;
        return line;
    }

    /**
     * Writes the fields of one type that {@link Part} joined in lines of at most 110 columns, without lines between types; a
     * comment of one sentence in one line where it fits; and what is too long in several lines.
     */
    private void shape(String line) {
        if (isField(line)) {
            declare(line.replace(";", "").split(" = |, "));
            if (second != null && isField(second)) {
                read();
            }
            return;
        }
        if (line.endsWith("/**") && next != null && second != null && second.endsWith(" */")) {
            String one = line + next.strip().substring(1) + " */";
            if (one.length() <= LONGEST) {
                write(one);
                read();
                read();
                return;
            }
        }
        wrap(line);
    }

    private static boolean isField(String line) {
        return line.endsWith(";") && FIELDS.matcher(line).matches();
    }

    /** Declares the names of fields, of which the first has their type before it. */
    private void declare(String... names) {
        StringBuilder line = new StringBuilder(names[0]);
        for (String name : Arrays.asList(names).subList(1, names.length)) {
            if (line.length() + name.length() + 3 > WIDTH) {
                write(line + ",");
                line.setLength(0);
                line.append("                ").append(name);
            } else {
                line.append(", ").append(name);
            }
        }
        write(line + ";");
    }

    private void wrap(String line) {
        if (line.length() <= LONGEST) {
            write(line);
            return;
        }
        boolean comment = line.stripLeading().startsWith("* ");
        String margin = " ".repeat(indent(line)) + (comment ? "* " : "        ");
        String rest = line;
        int at;
        while (rest.length() > LONGEST && (at = comment ? wordAt(rest, margin) : breakAt(rest)) > 0) {
            write(rest.substring(0, at).stripTrailing());
            rest = margin + rest.substring(at);
        }
        write(rest);
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

    private void write(String line) {
        if (line.endsWith(";") || line.contains(COMMENT)) {
            statements.add(line);
        } else {
            align();
            text.append(line).append('\n');
        }
    }

    private void align() {
        int column = 0;
        for (String line : statements) {
            int at = line.indexOf(COMMENT) + 2;
            column = at < 2 || at > COMMENT_COLUMN ? column : Math.max(column, at);
        }
        for (String line : statements) {
            int at = line.indexOf(COMMENT) + 1;
            if (at == 0) {
                text.append(line).append('\n');
            } else {
                text.append(line, 0, at).repeat(' ', Math.max(1, column - at));
                text.append(line, at + 1, line.length()).append('\n');
            }
        }
        statements.clear();
    }
}
