package dev.striate.runtime.data;

import dev.striate.runtime.io.DataException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads the picture formats that Java itself reads. */
final class PictureDecoder {
    private PictureDecoder() {}

    /**
     * The first picture of a file.
     *
     * @throws DataException if the format is another, the file is damaged or the picture too large
     */
    static Picture decode(Path path, byte[] bytes) throws DataException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw DataException.in(path, "is not a picture that can be read; convert it to PNG, JPEG or PGM");
            }
            ImageReader reader = readers.next();
            try {
                return decode(path, reader, in);
            } finally {
                reader.dispose();
            }
        } catch (IOException e) {
            throw DataException.because(path, "cannot be read", e);
        }
    }

    private static Picture decode(Path path, ImageReader reader, ImageInputStream in) throws IOException {
        String format = reader.getFormatName().toUpperCase(Locale.ROOT);
        AtomicBoolean cutShort = new AtomicBoolean();
        reader.addIIOReadWarningListener((_, warning) -> {
            // A JPEG picture that ends early is filled up with grey, and only this warning tells.
            if (warning.toLowerCase(Locale.ROOT).contains("premature")) {
                cutShort.set(true);
            }
        });
        try {
            reader.setInput(in, true, true);
            pixels(path, reader.getWidth(0), reader.getHeight(0));
            BufferedImage image = reader.read(0);
            if (cutShort.get()) {
                throw damaged(path, format);
            }
            return isGrey(image) ? grey(image) : colour(image);
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException _) {
            // The readers throw all sorts of unchecked exceptions when a file is damaged.
            throw damaged(path, format);
        }
    }

    /** Width times height, which is checked before anything of that size is allocated. */
    static int pixels(Path path, int width, int height) throws DataException {
        if ((long) width * height > Picture.MAX_PIXELS) {
            throw DataException.in(
                    path, "is a picture of " + width + "x" + height + " pixels, more than 2^27; make it smaller");
        }
        return width * height;
    }

    static DataException damaged(Path path, String format) {
        return DataException.in(
                path,
                "is a " + format
                        + " picture that is cut short, damaged or of an unusual kind; get it again or convert it");
    }

    private static boolean isGrey(BufferedImage image) {
        return !(image.getColorModel() instanceof IndexColorModel)
                && image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    }

    /** The stored numbers: Java's own conversion to colours would take them for linear and brighten them. */
    private static Picture grey(BufferedImage image) {
        Raster raster = image.getRaster();
        int width = image.getWidth();
        float maximum = (1 << image.getColorModel().getComponentSize(0)) - 1;
        int[] row = new int[width];
        float[] values = new float[image.getHeight() * width];
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getSamples(0, y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                values[y * width + x] = row[x] / maximum;
            }
        }
        return new Picture(1, image.getHeight(), width, values);
    }

    private static Picture colour(BufferedImage image) {
        int width = image.getWidth();
        int plane = image.getHeight() * width;
        int[] row = new int[width];
        float[] values = new float[3 * plane];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    values[c * plane + y * width + x] = (row[x] >> (16 - 8 * c) & 0xff) / 255f;
                }
            }
        }
        return new Picture(3, image.getHeight(), width, values);
    }
}
