package dev.striate.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

    private final ObjectMapper json = new ObjectMapper();
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    @Override
    public Integer call() throws IOException {
        Path root = Path.of(System.getProperty("striate.bench.root", "."));
        Path measured = root.resolve("bench/target/measured.json");
        ObjectNode answers =
                Files.exists(measured) ? (ObjectNode) json.readTree(measured.toFile()) : json.createObjectNode();
        Child child = new Child(under, root);
        for (Row row : Rows.ALL) {
            if (only == null || row.work().contains(only)) {
                answers.set(row.work(), json.valueToTree(ask(row, child)));
                json.writerWithDefaultPrettyPrinter().writeValue(measured.toFile(), answers);
            }
        }
        write(root.resolve("docs/performance.md"), answers);
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

    private static void write(Path page, ObjectNode answers) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(Machine.description() + "; peers: " + Torch.version() + " (" + Torch.libraries() + "), ONNX Runtime "
                + OrtInference.version() + ".");
        lines.add("");
        lines.add("| work | measured | first bar | goal | holds | details |");
        lines.add("|---|---|---|---|---|---|");
        for (Row row : Rows.ALL) {
            if (answers.has(row.work())) {
                lines.add(answers.get(row.work()).asText());
            }
        }
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(page + " has no place for the table: " + BEGIN.strip() + " and " + END.strip());
        }
        Files.writeString(
                page,
                text.substring(0, begin + BEGIN.length()) + String.join("\n", lines) + "\n" + text.substring(end));
    }
}
