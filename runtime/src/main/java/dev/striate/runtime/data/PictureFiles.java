package dev.striate.runtime.data;

import dev.striate.runtime.data.transform.Canvas;
import dev.striate.runtime.io.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Pictures in files, which are decoded as they are read.
 *
 * @param paths the files
 * @param channels 1 for grey, 3 for colours, whatever the files have
 */
record PictureFiles(List<Path> paths, int channels) {
    private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".pgm");

    /** The pictures in a folder, sorted by name; at least one. */
    static List<Path> in(Path folder) throws DataException {
        List<Path> found = list(folder).stream()
                .filter(p -> ENDINGS.stream().anyMatch(p.toString().toLowerCase(Locale.ROOT)::endsWith))
                .toList();
        if (found.isEmpty()) {
            throw DataException.in(folder, "has no pictures: files that end with " + String.join(", ", ENDINGS));
        }
        return found;
    }

    /** What is in a folder, sorted by name. */
    static List<Path> list(Path folder) throws DataException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        } catch (IOException e) {
            throw DataException.because(folder, "cannot be read", e);
        }
    }

    /** The field of the pictures, which have the size of the first. */
    Field field() throws DataException {
        Picture first = Picture.read(paths.getFirst());
        return Field.floats("image", channels, first.height(), first.width());
    }

    void draw(int index, Canvas canvas) throws DataException {
        Picture.read(paths.get(index)).draw(channels, canvas);
    }

    /** Checks that a picture or mask has the size of the first. */
    void require(int index, Canvas canvas, Field field) throws DataException {
        int rank = field.shape().rank();
        int height = field.shape().dim(rank - 2);
        int width = field.shape().dim(rank - 1);
        if (canvas.height() != height || canvas.width() != width) {
            throw DataException.in(
                    paths.get(index),
                    "has " + canvas.size() + " pixels, and " + paths.getFirst() + " has " + height + "x" + width
                            + "; write `transform train { resize([" + height + ", " + width + "]) }`, and the same for"
                            + " eval");
        }
    }
}
