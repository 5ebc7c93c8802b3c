package dev.striate.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err messages and progress
 * @param fancyOut whether {@code out} takes colours
 * @param fancyErr whether {@code err} takes colours and a progress bar
 */
record Console(PrintWriter out, PrintWriter err, boolean fancyOut, boolean fancyErr) {
    /** The process's own streams; plain when they are no terminal or {@code NO_COLOR} is set. */
    static Console system() {
        String noColor = System.getenv("NO_COLOR");
        boolean mayBeFancy = (noColor == null || noColor.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
        return new Console(
                writer(System.out, System.out.charset()),
                writer(System.err, System.err.charset()),
                mayBeFancy && isTerminal(1),
                mayBeFancy && isTerminal(2));
    }

    /** Writes nothing fancy. */
    static Console plain(PrintWriter out, PrintWriter err) {
        return new Console(out, err, false, false);
    }

    private static PrintWriter writer(PrintStream stream, Charset charset) {
        return new PrintWriter(stream, true, charset);
    }

    /** Java itself knows only whether input and output are both a terminal, so the system is asked where it can be. */
    private static boolean isTerminal(int descriptor) {
        try {
            String device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
        } catch (IOException _) {
            return Objects.requireNonNull(System.console(), "there always is one")
                    .isTerminal();
        }
    }

    /** Says something to the user: not a result. */
    void say(String sentence) {
        err.println("striate: " + sentence);
    }
}
