package dev.striate.cli;

import dev.striate.cli.GeneratedCode.Generated;
import dev.striate.compiler.CompiledNet;
import dev.striate.core.recipe.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that say which net and recipe of a file a command is about. */
final class Selection {
    @Parameters(paramLabel = "FILE", description = "The .cnn file.")
    private Path file = Path.of("");

    @Option(names = "--net", paramLabel = "N", description = "The net, where the file has several.")
    private @Nullable String net;

    @Option(names = "--recipe", paramLabel = "R", description = "The recipe, where the net has several.")
    private @Nullable String recipe;

    /**
     * A net and how it is trained.
     *
     * @param net with its code loaded
     */
    record Selected(Generated net, Recipe recipe) {
        @Override
        public String toString() {
            return recipe.name() + " for " + net.source().name();
        }
    }

    Path file() {
        return file;
    }

    /**
     * Compiles the file, loads the code and finds the one recipe that is meant.
     *
     * @throws Failure when something is wrong with the file or the choice is not clear
     */
    Selected select(Console console) {
        List<CompiledNet> nets = Programs.select(Programs.compile(file, console), net);
        List<Selected> all = new ArrayList<>();
        for (Generated generated : GeneratedCode.load(nets)) {
            generated.recipes().forEach(r -> all.add(new Selected(generated, r)));
        }
        if (all.isEmpty()) {
            throw Failure.input(file + " says of no net how it is trained; write train NAME for NET { ... }");
        }
        List<Selected> fitting = all.stream()
                .filter(s -> recipe == null || s.recipe.name().equals(recipe))
                .toList();
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        String choice = String.join(", ", all.stream().map(Selected::toString).toList());
        throw Failure.usage(
                fitting.isEmpty()
                        ? "there is no recipe " + recipe + "; there are " + choice
                        : "which recipe? choose with --recipe or --net among " + choice);
    }
}
