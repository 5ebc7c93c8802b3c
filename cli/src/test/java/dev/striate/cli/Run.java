package dev.striate.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command did. */
record Run(int status, String out, String err) {
    /** Runs {@code striate} with these arguments, not on a terminal. */
    static Run striate(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] args = new String[arguments.length];
        for (int i = 0; i < args.length; i++) {
            args[i] = arguments[i].toString();
        }
        int status = Main.run(Console.plain(new PrintWriter(out, true), new PrintWriter(err, true)), args);
        return new Run(status, out.toString(), err.toString());
    }
}
