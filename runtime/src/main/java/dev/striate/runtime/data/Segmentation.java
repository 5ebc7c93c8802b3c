package dev.striate.runtime.data;

import dev.striate.runtime.data.transform.Canvas;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pictures with masks of the same names: grey pictures of 8 bits whose values are classes. The fields are {@code image}
 * [C, H, W] and {@code mask} [H, W]. For one thread at a time.
 */
final class Segmentation implements DataSet {
    private static final int IMAGE = 0;
    private static final int MASK = 1;
    private static final float LARGEST = 255;

    private final String name;
    private final PictureFiles images;
    private final PictureFiles masks;
    private final List<Field> fields;
    private final Canvas canvas = new Canvas();

    private Segmentation(String name, PictureFiles images, PictureFiles masks, int classes) throws DataException {
        this.name = name;
        this.images = images;
        this.masks = masks;
        Field first = masks.field();
        this.fields = List.of(
                images.field(),
                Field.mask("mask", classes, first.shape().dim(1), first.shape().dim(2)));
    }

    /**
     * Lists the files of a picture folder and of the folder with the masks.
     *
     * @throws DataException if a folder has no pictures, or a picture no mask
     */
    static DataSet open(String name, Path images, Path masks, int classes, int channels) throws DataException {
        Map<String, Path> byName = new HashMap<>();
        for (Path mask : PictureFiles.in(masks)) {
            byName.put(stem(mask), mask);
        }
        List<Path> pictures = PictureFiles.in(images);
        for (Path picture : pictures) {
            if (!byName.containsKey(stem(picture))) {
                throw DataException.in(picture, "has no mask of the name " + stem(picture) + " in " + masks);
            }
        }
        List<Path> own = pictures.stream().map(p -> byName.get(stem(p))).toList();
        return new Segmentation(name, new PictureFiles(pictures, channels), new PictureFiles(own, 1), classes);
    }

    private static String stem(Path path) {
        String file = String.valueOf(path.getFileName());
        return file.substring(0, file.lastIndexOf('.'));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return images.paths().size();
    }

    @Override
    public List<Field> fields() {
        return fields;
    }

    @Override
    public void read(int field, int index, long round, MemorySegment target, long elementOffset) throws DataException {
        picture(field, index, round, canvas);
        (field == IMAGE ? images : masks).require(index, canvas, fields.get(field));
        TransformedSet.copy(canvas, target, elementOffset);
    }

    @Override
    public boolean hasOneSize() {
        return false;
    }

    @Override
    public void picture(int field, int index, long round, Canvas into) throws DataException {
        if (field == IMAGE) {
            images.draw(index, into);
            return;
        }
        masks.draw(index, into);
        into.mask(into.height(), into.width());
        int classes = fields.get(MASK).classes();
        for (int i = 0; i < into.elements(); i++) {
            int label = Math.round(into.values()[i] * LARGEST);
            if (label >= classes) {
                throw DataException.in(
                        masks.paths().get(index),
                        "has a pixel of class " + label + ", and there are only " + classes
                                + " classes counted from 0; set classes to " + (label + 1) + " or more");
            }
            into.values()[i] = label;
        }
    }
}
