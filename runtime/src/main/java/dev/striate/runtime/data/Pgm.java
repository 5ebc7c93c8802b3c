package dev.striate.runtime.data;

import dev.striate.runtime.io.DataException;
import java.nio.file.Path;

/** Reads portable grey maps, binary (P5) and as text (P2), of the Netpbm formats. */
final class Pgm {
    private static final int MAX_MAXIMUM = 65535;

    private final Path path;
    private final byte[] bytes;
    private int position = 2;

    private Pgm(Path path, byte[] bytes) {
        this.path = path;
        this.bytes = bytes;
    }

    /** Whether a file begins as such a map does. */
    static boolean isOne(byte[] bytes) {
        return bytes.length > 2
                && bytes[0] == 'P'
                && (bytes[1] == '2' || bytes[1] == '5')
                && (isSpace(bytes[2]) || bytes[2] == '#');
    }

    /**
     * The picture [1, H, W]. Further pictures in the file are not read.
     *
     * @throws DataException if the file is damaged or too large
     */
    static Picture decode(Path path, byte[] bytes) throws DataException {
        return new Pgm(path, bytes).decode();
    }

    private Picture decode() throws DataException {
        int width = number("width", 1, Integer.MAX_VALUE);
        int height = number("height", 1, Integer.MAX_VALUE);
        int maximum = number("maximum", 1, MAX_MAXIMUM);
        int pixels = PictureDecoder.pixels(path, width, height);
        boolean text = bytes[1] == '2';
        int bytesPerPixel = maximum > 255 ? 2 : 1;
        position++; // the one space after the maximum
        if (!text && bytes.length - position < (long) pixels * bytesPerPixel) {
            throw PictureDecoder.damaged(path, "PGM");
        }
        float[] values = new float[pixels];
        for (int i = 0; i < pixels; i++) {
            int value = text ? number("pixel", 0, maximum) : binary(bytesPerPixel);
            values[i] = (float) Math.min(value, maximum) / maximum;
        }
        return new Picture(1, height, width, values);
    }

    private int binary(int bytesPerPixel) {
        int value = Byte.toUnsignedInt(bytes[position++]);
        return bytesPerPixel == 1 ? value : value << 8 | Byte.toUnsignedInt(bytes[position++]);
    }

    /** The next number in decimal, after spaces and comments. */
    private int number(String what, int least, int most) throws DataException {
        while (position < bytes.length && (isSpace(bytes[position]) || bytes[position] == '#')) {
            if (bytes[position] == '#') {
                while (position < bytes.length && bytes[position] != '\n') {
                    position++;
                }
            } else {
                position++;
            }
        }
        int begin = position;
        long value = 0;
        while (position < bytes.length && bytes[position] >= '0' && bytes[position] <= '9' && value <= most) {
            value = 10 * value + bytes[position++] - '0';
        }
        if (position == begin) {
            throw PictureDecoder.damaged(path, "PGM");
        }
        if (value < least || value > most) {
            throw DataException.in(
                    path,
                    "is a PGM picture whose " + what + " is " + value + " and not from " + least + " to " + most
                            + "; the file is damaged, get it again");
        }
        return (int) value;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }
}
