package dev.striate.runtime.data;

import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * Data sets in four IDX files: pictures [N, H, W] and labels [N] of unsigned bytes, for training and for testing. The
 * pixels stay as they are in the files, once in memory.
 */
final class Idx {
    private static final int MAXIMUM = 255;

    private Idx() {}

    /** The four files of a data set, plain or compressed with gzip. */
    record Files(Path images, Path labels, Path testImages, Path testLabels) {}

    /**
     * Opens and checks all four files.
     *
     * @param name what messages call the data set
     * @param classes labels lie below it
     * @param arena owns the samples
     * @throws DataException if a file cannot be read, is not of the format, or does not fit the others
     */
    static Splits open(String name, Files files, int classes, Arena arena) throws DataException {
        IdxArray train = IdxArray.read(files.images, 3, arena);
        IdxArray test = IdxArray.read(files.testImages, 3, arena);
        if (!train.sample().equals(test.sample())) {
            throw DataException.in(
                    test.path(),
                    "has pictures of " + side(test) + ", and those of " + train.path() + " are " + side(train)
                            + "; training and test pictures must have the same size");
        }
        return new Splits(
                set(name + "/train", train, IdxArray.read(files.labels, 1, arena), classes),
                set(name + "/test", test, IdxArray.read(files.testLabels, 1, arena), classes));
    }

    private static DataSet set(String name, IdxArray images, IdxArray labels, int classes) throws DataException {
        if (images.count() != labels.count()) {
            throw DataException.in(
                    labels.path(),
                    "has " + labels.count() + " labels for the " + images.count() + " pictures in " + images.path()
                            + "; are files of two data sets mixed?");
        }
        checkLabels(labels, classes);
        Field image =
                Field.floats("image", 1, images.sample().dim(0), images.sample().dim(1));
        return new ByteImages(name, image, images.bytes(), MAXIMUM, Field.classIndex("label", classes), labels.bytes());
    }

    private static void checkLabels(IdxArray labels, int classes) throws DataException {
        MemorySegment bytes = labels.bytes();
        for (long i = 0; i < bytes.byteSize(); i++) {
            int label = Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, i));
            if (label >= classes) {
                throw DataException.in(
                        labels.path(),
                        "label " + i + " is class " + label + ", and there are only " + classes
                                + " classes counted from 0; set classes to " + (label + 1) + " or more");
            }
        }
    }

    private static String side(IdxArray images) {
        return images.sample().dim(0) + "x" + images.sample().dim(1);
    }
}
