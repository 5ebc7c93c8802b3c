package dev.striate.runtime.data;

import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.InputFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Photographs [3, 32, 32] of ten classes (Krizhevsky 2009) in the published binary form: records of a byte for the class
 * and 3,072 bytes for the planes red, green and blue. Or as pictures in {@code train/CLASS} and {@code test/CLASS}.
 */
public final class Cifar10 {
    private static final List<String> FOLDERS = List.of("cifar10", "cifar-10-batches-bin");
    private static final List<String> TRAIN =
            List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin");
    private static final String TEST = "test_batch.bin";
    private static final int SIDE = 32;
    private static final int PIXELS = 3 * SIDE * SIDE;
    private static final int CLASSES = 10;
    private static final int MAXIMUM = 255;

    private Cifar10() {}

    /** The first sub-folder with the set, of the folders where data sets are looked for. */
    public static Optional<Path> find(List<Path> folders) {
        return folders.stream()
                .flatMap(folder -> FOLDERS.stream().map(folder::resolve))
                .filter(f -> Files.exists(f.resolve(TEST)) || Files.isDirectory(f.resolve("test")))
                .findFirst();
    }

    /** The sentence that the set is nowhere, and where to put it. */
    public static String missing(List<Path> folders) {
        List<String> looked = folders.stream()
                .map(f -> f.resolve(FOLDERS.getFirst()).toString())
                .toList();
        return "the data set cifar10 is not on this machine: looked in " + String.join(", ", looked)
                + "; put the files " + String.join(", ", TRAIN) + " and " + TEST
                + " of its binary version into one of them";
    }

    /**
     * Opens the set.
     *
     * @param arena owns the samples, about 180 MB
     * @throws DataException if it is nowhere, or a file is missing or damaged
     */
    static Splits open(List<Path> folders, Arena arena) throws DataException {
        Optional<Path> found = find(folders);
        if (found.isEmpty()) {
            throw new DataException(missing(folders));
        }
        Path folder = found.get();
        return Files.exists(folder.resolve(TEST))
                ? new Splits(
                        read("cifar10/train", folder, TRAIN, arena), read("cifar10/test", folder, List.of(TEST), arena))
                : Folder.open(folder, 3);
    }

    private static DataSet read(String name, Path folder, List<String> files, Arena arena) throws DataException {
        List<MemorySegment> parts = new ArrayList<>();
        long count = 0;
        for (String file : files) {
            Path path = folder.resolve(file);
            try (InputFile in = InputFile.open(path)) {
                if (in.size() == 0 || in.size() % (1 + PIXELS) != 0) {
                    throw DataException.in(
                            path,
                            "has " + in.size() + " bytes, which are not records of " + (1 + PIXELS)
                                    + "; the file is cut short or damaged, get it again");
                }
                parts.add(in.map(0, in.size(), arena));
                count += in.size() / (1 + PIXELS);
            }
        }
        MemorySegment pixels = arena.allocate(count * PIXELS);
        MemorySegment labels = arena.allocate(count);
        long next = 0;
        for (int i = 0; i < parts.size(); i++) {
            for (long at = 0; at < parts.get(i).byteSize(); at += 1 + PIXELS) {
                byte label = parts.get(i).get(ValueLayout.JAVA_BYTE, at);
                if (label < 0 || label >= CLASSES) {
                    throw DataException.in(folder.resolve(files.get(i)), "has the class " + label + "; it is damaged");
                }
                labels.set(ValueLayout.JAVA_BYTE, next, label);
                MemorySegment.copy(parts.get(i), at + 1, pixels, next * PIXELS, PIXELS);
                next++;
            }
        }
        Field image = Field.floats("image", 3, SIDE, SIDE);
        return new ByteImages(name, image, pixels, MAXIMUM, Field.classIndex("label", CLASSES), labels);
    }
}
