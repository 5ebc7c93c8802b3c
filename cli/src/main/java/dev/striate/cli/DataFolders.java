package dev.striate.cli;

import dev.striate.core.recipe.Data;
import dev.striate.runtime.data.Cifar10;
import dev.striate.runtime.data.DataSets;
import dev.striate.runtime.data.PublishedSet;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.UserCache;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where data sets are. */
final class DataFolders {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the files of data sets are; looked in before $STRIATE_DATA, the folder of the .cnn "
                    + "file and the user's cache, ~/.cache/striate/data.")
    private @Nullable Path folder;

    /**
     * Opens the data set of a recipe.
     *
     * @param source the {@code .cnn} file
     * @throws Failure when the given folder is none, or the set is one that can be got and is nowhere
     * @throws DataException when the set is unknown or damaged
     */
    Splits open(Data data, Path source, Arena arena) throws DataException {
        List<Path> folders = searched(source.resolveSibling(""));
        Optional<PublishedSet> published = PublishedSet.named(data.source());
        if (published.isPresent() && published.get().find(folders).isEmpty()) {
            throw Failure.machine(published.get().missing(folders));
        }
        if (data.source().equals("cifar10") && Cifar10.find(folders).isEmpty()) {
            throw Failure.machine(Cifar10.missing(folders));
        }
        return DataSets.open(data.source(), data.arguments(), folders, arena);
    }

    /**
     * The folders where data sets are looked for, in order.
     *
     * @param own the folder of the {@code .cnn} file, null without one
     * @throws Failure when the given folder is none
     */
    List<Path> searched(@Nullable Path own) {
        if (folder != null && !Files.isDirectory(folder)) {
            throw Failure.input("--data " + folder + ": there is no such folder");
        }
        List<Path> folders = new ArrayList<>();
        if (folder != null) {
            folders.add(folder);
        }
        variable("STRIATE_DATA", System.getenv()).ifPresent(folders::add);
        if (own != null) {
            folders.add(own);
        }
        folders.add(cache(System.getenv()));
        return folders;
    }

    /** Where {@code striate data get} puts data sets: the given folder, else the user's cache. */
    Path destination() {
        return folder == null ? cache(System.getenv()) : folder;
    }

    /** The user's cache (XDG base directory specification 0.8). */
    static Path cache(Map<String, String> environment) {
        return UserCache.folder(environment).resolve("data");
    }

    private static Optional<Path> variable(String name, Map<String, String> environment) {
        return Optional.ofNullable(environment.get(name))
                .filter(value -> !value.isEmpty())
                .map(Path::of);
    }
}
