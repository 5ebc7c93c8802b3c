package dev.striate.runtime.data;

import dev.striate.runtime.data.transform.Canvas;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures in a folder for each class: {@code train/CLASS/*.jpg} and {@code test/CLASS/*.jpg}. The classes are those of
 * {@code train}, counted by the alphabet. The fields are {@code image} and {@code label}. For one thread at a time.
 */
final class Folder implements DataSet {
    private static final int IMAGE = 0;

    private final String name;
    private final PictureFiles files;
    private final int[] labels;
    private final List<Field> fields;
    private final Canvas canvas = new Canvas();

    private Folder(String name, PictureFiles files, int[] labels, int classes) throws DataException {
        this.name = name;
        this.files = files;
        this.labels = labels;
        this.fields = List.of(files.field(), Field.classIndex("label", classes));
    }

    /**
     * Lists the files of both halves and reads the first picture of each.
     *
     * @param channels 1 or 3
     * @throws DataException if a folder is missing, has no pictures, or {@code test} has a class that {@code train} has
     *     not
     */
    static Splits open(Path root, int channels) throws DataException {
        List<String> classes = new ArrayList<>();
        for (Path folder : folders(root.resolve("train"))) {
            classes.add(String.valueOf(folder.getFileName()));
        }
        return new Splits(half(root, "train", classes, channels), half(root, "test", classes, channels));
    }

    private static List<Path> folders(Path half) throws DataException {
        if (!Files.isDirectory(half)) {
            throw DataException.in(
                    half,
                    "there is no such folder; pictures are in train/CLASS and test/CLASS, a folder for each class");
        }
        List<Path> folders =
                PictureFiles.list(half).stream().filter(Files::isDirectory).toList();
        if (folders.isEmpty()) {
            throw DataException.in(half, "has no folders; make one for each class, with its pictures");
        }
        return folders;
    }

    private static DataSet half(Path root, String half, List<String> classes, int channels) throws DataException {
        List<Path> paths = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (Path folder : folders(root.resolve(half))) {
            int label = classes.indexOf(String.valueOf(folder.getFileName()));
            if (label < 0) {
                throw DataException.in(folder, "is a class that " + root.resolve("train") + " does not have");
            }
            for (Path path : PictureFiles.in(folder)) {
                paths.add(path);
                labels.add(label);
            }
        }
        int[] all = labels.stream().mapToInt(i -> i).toArray();
        String name = root.getFileName() + "/" + half;
        return new Folder(name, new PictureFiles(List.copyOf(paths), channels), all, classes.size());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public List<Field> fields() {
        return fields;
    }

    @Override
    public void read(int field, int index, long round, MemorySegment target, long elementOffset) throws DataException {
        if (field != IMAGE) {
            target.setAtIndex(ValueLayout.JAVA_INT, elementOffset, labels[index]);
            return;
        }
        picture(field, index, round, canvas);
        files.require(index, canvas, fields.get(IMAGE));
        TransformedSet.copy(canvas, target, elementOffset);
    }

    @Override
    public boolean hasOneSize() {
        return false;
    }

    @Override
    public void picture(int field, int index, long round, Canvas into) throws DataException {
        files.draw(index, into);
    }
}
