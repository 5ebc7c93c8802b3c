package dev.striate.runtime.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Pictures and their classes, kept as they are published: one byte per pixel and one per label. The fields are
 * {@code image} [C, H, W], scaled to [0, 1] as it is read, and {@code label}.
 */
final class ByteImages implements DataSet {
    private static final int IMAGE = 0;

    private final String name;
    private final int size;
    private final int pixelsPerImage;
    private final int maximum;
    private final MemorySegment pixels;
    private final MemorySegment labels;
    private final List<Field> fields;

    /**
     * @param image the field of the pictures
     * @param pixels unsigned bytes [N, C, H, W]
     * @param maximum the value of a pixel that becomes 1
     * @param label the field of the classes
     * @param labels unsigned bytes [N]
     */
    ByteImages(String name, Field image, MemorySegment pixels, int maximum, Field label, MemorySegment labels) {
        this.name = name;
        this.size = Math.toIntExact(labels.byteSize());
        this.pixelsPerImage = image.shape().elements();
        this.maximum = maximum;
        this.pixels = pixels;
        this.labels = labels;
        this.fields = List.of(image, label);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public List<Field> fields() {
        return fields;
    }

    @Override
    public void read(int field, int index, long round, MemorySegment target, long elementOffset) {
        Objects.checkIndex(field, fields.size());
        Objects.checkIndex(index, size);
        if (field == IMAGE) {
            readImage(index, target, elementOffset);
        } else {
            int label = Byte.toUnsignedInt(labels.get(ValueLayout.JAVA_BYTE, index));
            target.setAtIndex(ValueLayout.JAVA_INT, elementOffset, label);
        }
    }

    @Override
    public @Nullable KeptBytes bytes(int field) {
        return field == IMAGE ? new Pixels() : null;
    }

    private final class Pixels implements KeptBytes {
        @Override
        public int maximum() {
            return maximum;
        }

        @Override
        public void read(int index, MemorySegment target, long offset) {
            MemorySegment.copy(pixels, (long) index * pixelsPerImage, target, offset, pixelsPerImage);
        }
    }

    private void readImage(int index, MemorySegment target, long elementOffset) {
        long first = (long) index * pixelsPerImage;
        for (int i = 0; i < pixelsPerImage; i++) {
            int pixel = Byte.toUnsignedInt(pixels.get(ValueLayout.JAVA_BYTE, first + i));
            target.setAtIndex(ValueLayout.JAVA_FLOAT, elementOffset + i, pixel / (float) maximum);
        }
    }
}
