package dev.striate.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.striate.compiler.diag.Suggestions;
import dev.striate.runtime.data.Codes;
import dev.striate.runtime.data.Codes.Neighbour;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code striate nearest}. */
@Command(
        name = "nearest",
        description = "The pictures whose codes have the smallest angle to those of given ones.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate nearest codes.npy pictures/three.png -k 5")
final class NearestCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "NPY", description = "The codes, as `striate features` writes them.")
    private Path file = Path.of("");

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "IMAGE",
            description = "Pictures among them: the name, or the number from 0.")
    private List<String> queries = List.of();

    @Option(names = "-k", paramLabel = "K", description = "How many to show for each (default: 5).")
    private int count = 5;

    @Option(names = "--json", description = "As JSON: one object per picture.")
    private boolean json;

    /** A picture and what is like it, as JSON shows it. */
    record Answer(String image, List<Neighbour> nearest) {}

    NearestCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (count < 1) {
            throw Failure.usage("-k takes a number of at least 1, not " + count);
        }
        Codes codes = Codes.read(file);
        List<Answer> answers = new ArrayList<>();
        for (String query : queries) {
            int index = index(query, codes);
            answers.add(new Answer(codes.names().get(index), codes.nearest(index, count)));
        }
        if (json) {
            console.out()
                    .println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(answers));
        } else {
            print(answers);
        }
        return 0;
    }

    private void print(List<Answer> answers) {
        Table table = new Table(List.of("image", "nearest", "cosine"), 2);
        for (Answer answer : answers) {
            for (Neighbour n : answer.nearest()) {
                table.add(answer.image(), n.name(), String.format(Locale.ROOT, "%.4f", n.similarity()));
            }
        }
        console.out().print(table);
        console.out().flush();
    }

    private int index(String query, Codes codes) {
        int named = codes.names().indexOf(query);
        if (named >= 0) {
            return named;
        }
        int size = codes.names().size();
        if (query.matches("\\d{1,9}")) {
            int index = Integer.parseInt(query);
            if (index < size) {
                return index;
            }
            throw Failure.usage(
                    "there is no picture " + query + " in " + file + "; it has those from 0 to " + (size - 1));
        }
        List<String> near = Suggestions.near(query, codes.names());
        throw Failure.usage("there is no picture " + query + " in " + file
                + (near.isEmpty() ? "; the .txt beside it lists them" : "; did you mean " + near.getFirst() + "?"));
    }
}
