package dev.striate.runtime.data;

import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A data set that is published as four IDX files of fixed names: pictures [N, 28, 28] of ten classes. The files, plain
 * or compressed with gzip, are looked for in every folder, first in a sub-folder of the set's name and then in the
 * folder itself, and at last where the system's packages put them.
 *
 * @param name what recipes call it
 * @param folderNames the sub-folders that it may be in; the first is the one to put it in
 * @param systemFolders where packages of operating systems put it
 */
public record PublishedSet(String name, List<String> folderNames, List<Path> systemFolders) {
    private static final int CLASSES = 10;

    /** Handwritten digits (LeCun, Cortes and Burges 1998). */
    public static final PublishedSet MNIST = new PublishedSet("mnist", List.of("mnist"), List.of());
    /** Articles of clothing (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747). */
    public static final PublishedSet FASHION_MNIST = new PublishedSet(
            "fashion_mnist",
            List.of("fashion-mnist", "fashion_mnist"),
            List.of(Path.of("/usr/share/datasets/fashion-mnist")));

    /** The names of the files without {@code .gz}: pictures and labels for training, then those for testing. */
    public static final List<String> FILES = List.of(
            "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");

    /** Copies the lists. */
    public PublishedSet {
        folderNames = List.copyOf(folderNames);
        systemFolders = List.copyOf(systemFolders);
    }

    /** The set that recipes call so. */
    public static Optional<PublishedSet> named(String name) {
        return List.of(MNIST, FASHION_MNIST).stream()
                .filter(set -> set.name.equals(name))
                .findFirst();
    }

    /**
     * The first folder that has at least one of the four files; {@link #open} checks them all.
     *
     * @param folders where to look before the system's folders
     */
    public Optional<Path> find(List<Path> folders) {
        return candidates(folders).stream()
                .filter(folder -> FILES.stream().anyMatch(file -> Files.exists(existing(folder, file))))
                .findFirst();
    }

    /** The sentence that the set is nowhere: the folders looked at, and the command that gets it. */
    public String missing(List<Path> folders) {
        String looked =
                candidates(folders).stream().distinct().map(Path::toString).collect(Collectors.joining(", "));
        return "the data set " + name + " is not on this machine: looked in " + looked
                + "; get it with `striate data get " + name + "`";
    }

    /**
     * Opens and checks the four files.
     *
     * @param folders where to look before the system's folders
     * @param arena owns the samples; plain files are mapped, compressed ones are unpacked once
     * @throws DataException if the set is nowhere, a file is missing or damaged, or the files do not fit each other
     */
    public Splits open(List<Path> folders, Arena arena) throws DataException {
        Optional<Path> folder = find(folders);
        if (folder.isEmpty()) {
            throw new DataException(missing(folders));
        }
        List<Path> paths =
                FILES.stream().map(file -> existing(folder.get(), file)).toList();
        return Idx.open(name, new Idx.Files(paths.get(0), paths.get(1), paths.get(2), paths.get(3)), CLASSES, arena);
    }

    private List<Path> candidates(List<Path> folders) {
        List<Path> candidates = new ArrayList<>();
        for (Path folder : folders) {
            folderNames.forEach(sub -> candidates.add(folder.resolve(sub)));
            candidates.add(folder);
        }
        candidates.addAll(systemFolders);
        return candidates;
    }

    /** The plain file, or the compressed one where only that exists. */
    private static Path existing(Path folder, String file) {
        Path plain = folder.resolve(file);
        Path packed = folder.resolve(file + ".gz");
        return !Files.exists(plain) && Files.exists(packed) ? packed : plain;
    }
}
