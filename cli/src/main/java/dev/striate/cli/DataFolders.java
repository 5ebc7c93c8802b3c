package dev.striate.cli;

import dev.striate.core.recipe.Data;
import dev.striate.runtime.data.DataSets;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where data sets are. */
final class DataFolders {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the files of data sets are; looked in before $STRIATE_DATA, the folder of the .cnn "
                    + "file and ~/.cache/striate/data.")
    private @Nullable Path folder;

    /**
     * Opens the data set of a recipe.
     *
     * @param source the {@code .cnn} file
     * @throws Failure when the given folder is none
     * @throws DataException when the set is unknown, missing or damaged
     */
    Splits open(Data data, Path source, Arena arena) throws DataException {
        if (folder != null && !Files.isDirectory(folder)) {
            throw Failure.input("--data " + folder + ": there is no such folder");
        }
        List<Path> folders = new ArrayList<>();
        if (folder != null) {
            folders.add(folder);
        }
        String variable = System.getenv("STRIATE_DATA");
        if (variable != null && !variable.isEmpty()) {
            folders.add(Path.of(variable));
        }
        folders.add(source.resolveSibling(""));
        folders.add(Path.of(System.getProperty("user.home", ""), ".cache", "striate", "data"));
        return DataSets.open(data.source(), data.arguments(), folders, arena);
    }
}
