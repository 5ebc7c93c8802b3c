package dev.striate.bench;

import dev.striate.bench.Row.Answer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/run all}: measures all that is asked for and writes the table of {@code docs/performance.md}. */
@Command(
        name = "all",
        description = "Measures everything and writes the table of docs/performance.md.",
        mixinStandardHelpOptions = true)
final class TableCommand implements Callable<Integer> {
    private static final String BEGIN = "<!-- bench/run all: begin -->\n";
    private static final String END = "<!-- bench/run all: end -->\n";

    @Option(
            names = "--only",
            paramLabel = "TEXT",
            description = "Measures the rows that contain TEXT; the others stay as they were measured last.")
    private @Nullable String only;

    @Option(
            names = "--under",
            paramLabel = "CMD",
            split = " ",
            description = "Runs each measurement under a command, such as 'taskset -c 0,1'.")
    private List<String> under = List.of();

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    @Override
    public Integer call() throws IOException {
        Path root = Path.of(System.getProperty("striate.bench.root", "."));
        Path page = root.resolve("docs/performance.md");
        String head = Machine.description() + "; peers: " + Torch.version() + " (" + Torch.libraries()
                + "), ONNX Runtime " + OrtInference.version() + ".";
        Child child = new Child(under, root);
        for (Row row : Rows.ALL) {
            if (only == null || row.work().contains(only)) {
                Files.writeString(page, with(row, ask(row, child), Files.readString(page), head));
            }
        }
        return 0;
    }

    /** The line of a row; one that fails says why, and the others go on. */
    private String ask(Row row, Child child) {
        String line;
        try {
            Answer answer = row.question().ask(child);
            line = row.markdown(answer);
        } catch (IOException e) {
            line = "| " + row.work() + " | not measured | " + Row.number(row.bar()) + " | " + Row.number(row.goal())
                    + " | no | " + e.getMessage() + " |";
        }
        out.println(line);
        return line;
    }

    /**
     * A page with one row measured anew; the others stay as they are, in the order of {@link Rows}.
     *
     * @param line the row's line
     * @param head what stands above the table
     * @throws IOException when the page has no place for the table
     */
    static String with(Row row, String line, String page, String head) throws IOException {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException("the page has no place for the table: " + BEGIN.strip() + " and " + END.strip());
        }
        List<String> before =
                page.substring(begin + BEGIN.length(), end).lines().toList();
        List<String> lines = new ArrayList<>();
        lines.add(head);
        lines.add("");
        lines.add("| work | measured | first bar | goal | holds | details |");
        lines.add("|---|---|---|---|---|---|");
        for (Row other : Rows.ALL) {
            if (other.work().equals(row.work())) {
                lines.add(line);
            } else {
                before.stream()
                        .filter(b -> b.startsWith("| " + other.work() + " |"))
                        .forEach(lines::add);
            }
        }
        return page.substring(0, begin + BEGIN.length()) + String.join("\n", lines) + "\n" + page.substring(end);
    }
}
