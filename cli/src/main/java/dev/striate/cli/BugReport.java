package dev.striate.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a user can send when Striate fails by its own fault. */
final class BugReport {
    private BugReport() {}

    /** Writes the report to a new file among the temporary ones, and tells the user. */
    static void write(Throwable problem, List<String> arguments, Console console) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        out.println("striate " + Main.version() + ", Java " + Runtime.version() + ", " + System.getProperty("os.name")
                + " " + System.getProperty("os.arch"));
        out.println("arguments: " + arguments);
        problem.printStackTrace(out);
        out.flush();
        try {
            Path file = Files.createTempFile("striate-bug-", ".txt");
            Files.writeString(file, text.toString());
            console.say("this is a bug of Striate; please send the report in " + file);
        } catch (IOException _) {
            console.say("this is a bug of Striate, and no report could be written: " + problem);
        }
    }
}
