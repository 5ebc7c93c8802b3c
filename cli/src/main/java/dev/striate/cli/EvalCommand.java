package dev.striate.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.striate.cli.Selection.Selected;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Ensemble;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.train.Evaluation;
import dev.striate.runtime.train.Samples;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code striate eval}. */
@Command(
        name = "eval",
        description = "Losses and metrics of a trained net on the test set.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate eval examples/digits.cnn --weights out/digits/weights.safetensors")
final class EvalCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final Selection selection = new Selection();

    @Mixin
    private final Machine machine = new Machine();

    @Mixin
    private final PrecisionOption precision = new PrecisionOption();

    @Mixin
    private final DataFolders folders = new DataFolders();

    @Option(
            names = "--weights",
            paramLabel = "W",
            required = true,
            split = ",",
            description = "The weights, a safetensors file; several are an ensemble, whose predictions are averaged.")
    private List<Path> weights = List.of();

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    EvalCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Selected selected = selection.select(console);
        Recipe recipe = selected.recipe();
        List<Net> members = new ArrayList<>();
        for (Path file : weights) {
            members.add(selected.net().create(Weights.load(selected.net().spec(), file)));
        }
        Net created = members.size() == 1 ? members.getFirst() : new Ensemble(members);
        try (Arena arena = Arena.ofConfined()) {
            DataSet test = Samples.of(folders.open(recipe.data(), selection.file(), arena), recipe)
                    .test();
            Net net = new ChosenSizes(selected.net().source().model()).at(created, test);
            int batch = Math.min(recipe.data().batch(), test.size());
            Evaluation result = Evaluation.whole(net, test, recipe.feed(), batch, precision.of(machine.open(console)));
            if (json) {
                Map<String, Object> all = new LinkedHashMap<>();
                all.put("test", result.scores());
                all.put("tables", result.tables());
                console.out()
                        .println(new ObjectMapper()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(all));
            } else {
                Scores.print(result, console);
            }
        }
        return 0;
    }
}
