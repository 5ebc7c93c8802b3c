package dev.striate.runtime.data;

import dev.striate.runtime.data.transform.Canvas;
import dev.striate.runtime.data.transform.Resampling;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.InputFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * A picture in memory, [C, H, W]: one plane of grey or the planes red, green and blue, with values in [0, 1], as data
 * sets have them.
 */
public final class Picture {
    /** More than any camera makes, and what the arrays of Java and an ordinary heap can take. */
    static final long MAX_PIXELS = 1L << 27;

    private static final long MAX_BYTES = 1L << 29;
    /** What red, green and blue add to the brightness (ITU-R BT.601). */
    private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

    private final int channels;
    private final int height;
    private final int width;
    private final float[] values;

    /** Takes the values, [C, H, W], without copying them. */
    Picture(int channels, int height, int width, float[] values) {
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.values = values;
    }

    /**
     * Reads a PNG, JPEG, GIF, BMP or PGM file, told apart by its content. Transparency is ignored, and so is an
     * orientation in the metadata.
     *
     * @throws DataException if the file cannot be read, is of no such format, is damaged, or has more than 2^27 pixels
     */
    public static Picture read(Path path) throws DataException {
        byte[] bytes;
        try (InputFile file = InputFile.open(path)) {
            if (file.size() > MAX_BYTES) {
                throw DataException.in(path, "has " + file.size() + " bytes, more than a picture of 2^27 pixels needs");
            }
            bytes = new byte[(int) file.size()];
            file.read(0, MemorySegment.ofArray(bytes));
        }
        return Pgm.isOne(bytes) ? Pgm.decode(path, bytes) : PictureDecoder.decode(path, bytes);
    }

    /**
     * The pictures in a folder, sorted by name; at least one.
     *
     * @throws DataException if the folder cannot be read, or has no files with the ending of a picture
     */
    public static List<Path> inFolder(Path folder) throws DataException {
        return PictureFiles.in(folder);
    }

    /** The number of planes: 1 or 3. */
    public int channels() {
        return channels;
    }

    /** The number of rows. */
    public int height() {
        return height;
    }

    /** The number of columns. */
    public int width() {
        return width;
    }

    /** A copy of the values, [C, H, W]. */
    public float[] toArray() {
        return values.clone();
    }

    /**
     * The picture with another number of planes and another size. Grey is the brightness of colours by ITU-R BT.601.
     * Each direction that shrinks averages the area that a new pixel covers; each that grows interpolates linearly
     * between the centres of pixels. The proportions are not kept.
     *
     * @throws IllegalArgumentException if {@code channels} is neither 1 nor 3, or a size is not positive
     */
    public Picture fitted(int channels, int height, int width) {
        if ((channels != 1 && channels != LUMA.length) || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "no picture has the shape [" + channels + ", " + height + ", " + width + "]");
        }
        Resampling columns = new Resampling();
        Resampling rows = new Resampling();
        columns.between(this.width, width);
        rows.between(this.height, height);
        float[] narrowed = new float[Math.multiplyExact(channels * this.height, width)];
        float[] result = new float[Math.multiplyExact(channels * height, width)];
        columns.apply(planes(channels), channels * this.height, 1, narrowed);
        rows.apply(narrowed, channels, width, result);
        return new Picture(channels, height, width, result);
    }

    /**
     * Copies the picture in its own size, with another number of planes: 1 or 3. Grey is the brightness of colours by
     * ITU-R BT.601.
     */
    public void draw(int wanted, Canvas canvas) {
        canvas.picture(wanted, height, width);
        System.arraycopy(planes(wanted), 0, canvas.values(), 0, wanted * height * width);
    }

    private float[] planes(int wanted) {
        if (wanted == channels) {
            return values;
        }
        int plane = height * width;
        float[] planes = new float[wanted * plane];
        for (int i = 0; i < plane; i++) {
            if (wanted == 1) {
                planes[i] = LUMA[0] * values[i] + LUMA[1] * values[plane + i] + LUMA[2] * values[2 * plane + i];
            } else {
                planes[i] = planes[plane + i] = planes[2 * plane + i] = values[i];
            }
        }
        return planes;
    }
}
