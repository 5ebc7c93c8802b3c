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
    /** Labels of IDX files are bytes. */
    private static final int MAX_CLASSES = 256;

    private static final List<String> FOUR = List.of("images", "labels", "test_images", "test_labels", "classes");

    private static final Map<String, Source> SOURCES = new TreeMap<>(Map.of(
            "digits",
            new Source(List.of(), (_, arena) -> Digits.open(arena)),
            PublishedSet.MNIST.name(),
            new Source(List.of(), (args, arena) -> PublishedSet.MNIST.open(args.folders, arena)),
            PublishedSet.FASHION_MNIST.name(),
            new Source(List.of(), (args, arena) -> PublishedSet.FASHION_MNIST.open(args.folders, arena)),
            "cifar10",
            new Source(List.of(), (args, arena) -> Cifar10.open(args.folders, arena)),
            "idx",
            new Source(FOUR, DataSets::openIdx),
            "npy",
            new Source(FOUR, DataSets::openNpy),
            "csv",
            new Source(List.of("path", "test", "classes", "header"), DataSets::openCsv),
            "folder",
            new Source(List.of("path", "channels"), (args, _) -> Folder.open(args.file("path"), args.channels())),
            "segmentation_folder",
            new Source(
                    List.of("images", "masks", "test_images", "test_masks", "classes", "channels"),
                    DataSets::openSegmentation)));

    private DataSets() {}

    private record Source(List<String> arguments, Opener opener) {}

    @FunctionalInterface
    private interface Opener {
        Splits open(Arguments arguments, Arena arena) throws DataException;
    }

    /** What a set was given, and where its files are looked for. */
    private record Arguments(String set, Map<String, Object> values, List<Path> folders) {
        int number(String name, int fallback, int least, int most) throws DataException {
            Object value = values.getOrDefault(name, fallback);
            if (!(value instanceof Number n)
                    || n.doubleValue() != n.intValue()
                    || n.intValue() < least
                    || n.intValue() > most) {
                throw new DataException("data set " + set + ": " + name + " is a whole number from " + least + " to "
                        + most + ", not " + DataException.quote(value.toString()));
            }
            return n.intValue();
        }

        int channels() throws DataException {
            int channels = number("channels", 3, 1, 3);
            if (channels == 2) {
                throw new DataException("data set " + set + ": channels is 1 for grey or 3 for colours, not 2");
            }
            return channels;
        }

        /** How many classes there are; 0 where the answers are numbers. */
        int classes() throws DataException {
            return number("classes", 0, 0, Integer.MAX_VALUE);
        }

        Path file(String argument) throws DataException {
            if (!(values.get(argument) instanceof String path)) {
                throw new DataException("data set " + set + " needs a path: " + argument + "=\"FILE\"");
            }
            return find(path, folders);
        }
    }

    /** The known data sets, sorted. */
    public static List<String> names() {
        return List.copyOf(SOURCES.keySet());
    }

    /**
     * Opens a data set. What says how to go through it (batch, seed, drop_last) is not among its arguments.
     *
     * @param arguments paths, whole numbers and truth values by name, as the language has them: for {@code idx} and
     *     {@code npy} the paths {@code images}, {@code labels}, {@code test_images}, {@code test_labels} and optionally
     *     {@code classes}, and so on
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
        return source.opener.open(new Arguments(name, arguments, folders), arena);
    }

    private static Splits openIdx(Arguments args, Arena arena) throws DataException {
        Idx.Files files = new Idx.Files(
                args.file("images"), args.file("labels"), args.file("test_images"), args.file("test_labels"));
        return Idx.open("idx", files, args.number("classes", DEFAULT_CLASSES, 1, MAX_CLASSES), arena);
    }

    private static Splits openNpy(Arguments args, Arena arena) throws DataException {
        int classes = args.classes();
        return new Splits(
                Npy.open("npy/train", args.file("images"), args.file("labels"), classes, arena),
                Npy.open("npy/test", args.file("test_images"), args.file("test_labels"), classes, arena));
    }

    private static Splits openCsv(Arguments args, Arena arena) throws DataException {
        int classes = args.classes();
        boolean header = Boolean.TRUE.equals(args.values.get("header"));
        return new Splits(
                Csv.open("csv/train", args.file("path"), classes, header, arena),
                Csv.open("csv/test", args.file("test"), classes, header, arena));
    }

    private static Splits openSegmentation(Arguments args, Arena arena) throws DataException {
        int classes = args.number("classes", 2, 1, MAX_CLASSES);
        int channels = args.channels();
        return new Splits(
                Segmentation.open("segmentation/train", args.file("images"), args.file("masks"), classes, channels),
                Segmentation.open(
                        "segmentation/test", args.file("test_images"), args.file("test_masks"), classes, channels));
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
