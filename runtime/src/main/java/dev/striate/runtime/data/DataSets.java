package dev.striate.runtime.data;

import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Opens data sets by the names and arguments that recipes use: {@code digits()}, {@code idx(images="...", ...)}. */
public final class DataSets {
    private static final int DEFAULT_CLASSES = 10;
    /** Labels are bytes. */
    private static final int MAX_CLASSES = 256;

    private static final Map<String, Source> SOURCES = new TreeMap<>(Map.of(
            "digits",
            new Source(List.of(), (_, _, arena) -> Digits.open(arena)),
            PublishedSet.MNIST.name(),
            new Source(List.of(), (_, folders, arena) -> PublishedSet.MNIST.open(folders, arena)),
            PublishedSet.FASHION_MNIST.name(),
            new Source(List.of(), (_, folders, arena) -> PublishedSet.FASHION_MNIST.open(folders, arena)),
            "idx",
            new Source(List.of("images", "labels", "test_images", "test_labels", "classes"), DataSets::openIdx)));

    private DataSets() {}

    private record Source(List<String> arguments, Opener opener) {}

    @FunctionalInterface
    private interface Opener {
        Splits open(Map<String, Object> arguments, List<Path> folders, Arena arena) throws DataException;
    }

    /** The known data sets, sorted. */
    public static List<String> names() {
        return List.copyOf(SOURCES.keySet());
    }

    /**
     * Opens a data set. What says how to go through it (batch, seed, drop_last) is not among its arguments.
     *
     * @param arguments strings and whole numbers by name: for {@code idx} the paths
     *     {@code images}, {@code labels}, {@code test_images}, {@code test_labels} and optionally {@code classes}
     *     (10 if left out); none for the others
     * @param folders where relative paths are looked up, first match wins, or none for the working folder;
     *     {@code PATH.gz} stands in for {@code PATH}
     * @param arena owns the samples; shared or automatic if several threads are to read them
     * @throws DataException if the name or an argument is unknown, or a file is missing or damaged
     */
    public static Splits open(String name, Map<String, Object> arguments, List<Path> folders, Arena arena)
            throws DataException {
        Source source = SOURCES.get(name);
        if (source == null) {
            throw new DataException(
                    "there is no data set " + DataException.quote(name) + NearestName.hint(name, names()));
        }
        for (String argument : arguments.keySet()) {
            if (!source.arguments.contains(argument)) {
                throw new DataException("data set " + name + " has no argument " + DataException.quote(argument)
                        + NearestName.hint(argument, source.arguments));
            }
        }
        return source.opener.open(arguments, folders, arena);
    }

    private static Splits openIdx(Map<String, Object> arguments, List<Path> folders, Arena arena) throws DataException {
        Idx.Files files = new Idx.Files(
                file("images", arguments, folders),
                file("labels", arguments, folders),
                file("test_images", arguments, folders),
                file("test_labels", arguments, folders));
        Object classes = arguments.getOrDefault("classes", DEFAULT_CLASSES);
        if (!(classes instanceof Number n)
                || n.doubleValue() != n.intValue()
                || n.intValue() < 1
                || n.intValue() > MAX_CLASSES) {
            throw new DataException("data set idx: classes is a whole number from 1 to " + MAX_CLASSES + ", not "
                    + DataException.quote(classes.toString()));
        }
        return Idx.open("idx", files, n.intValue(), arena);
    }

    private static Path file(String argument, Map<String, Object> arguments, List<Path> folders) throws DataException {
        if (!(arguments.get(argument) instanceof String path)) {
            throw new DataException("data set idx needs the path of an IDX file: " + argument + "=\"FILE\"");
        }
        return find(path, folders);
    }

    /** The first of {@code FOLDER/path} and {@code FOLDER/path.gz} that exists. */
    private static Path find(String path, List<Path> folders) throws DataException {
        List<Path> candidates = new ArrayList<>();
        try {
            for (Path folder : folders.isEmpty() ? List.of(Path.of("")) : folders) {
                candidates.add(folder.resolve(path));
                candidates.add(folder.resolve(path + ".gz"));
            }
        } catch (InvalidPathException e) {
            throw new DataException(DataException.quote(path) + " is not a path: " + e.getReason());
        }
        for (Path candidate : candidates) {
            if (Files.exists(candidate)) {
                return candidate;
            }
        }
        String looked = candidates.stream().distinct().map(Path::toString).collect(Collectors.joining(", "));
        throw new DataException("no data file " + DataException.quote(path) + ": looked for " + looked
                + "; put it there or correct the path");
    }
}
