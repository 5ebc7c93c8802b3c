package dev.striate.runtime.data;

import dev.striate.runtime.io.DataException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The embedded data set: 1,797 real handwritten digits of 8x8 pixels with values from 0 to 16 (E. Alpaydin and C.
 * Kaynak, "Optical recognition of handwritten digits", UCI machine learning repository, 1998). Origin and licence
 * stand in the README beside the file.
 *
 * <p>The publisher does not divide it. Here 1,437 samples are for training and 360 for testing, stratified: each class
 * gives one fifth of its samples to the test set, up to rounding. The split is the same for every user and every seed.
 */
final class Digits {
    private static final String RESOURCE = "digits.csv.gz";
    private static final String SHA256 = "46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a";
    private static final int SAMPLES = 1797;
    private static final int TEST_SAMPLES = 360;
    private static final int SIDE = 8;
    private static final int CLASSES = 10;
    private static final int MAXIMUM = 16;
    /** The year in which the digits were published. */
    private static final long SPLIT_SEED = 1998;

    private Digits() {}

    /**
     * Unpacks the embedded file.
     *
     * @param arena owns the samples, about 0.1 MB
     * @throws DataException if the file is damaged
     */
    static Splits open(Arena arena) throws DataException {
        try (InputStream in = Digits.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new DataException("the embedded " + RESOURCE + " is missing; install Striate again");
            }
            return read(in.readAllBytes(), arena);
        } catch (IOException e) {
            throw e instanceof DataException known
                    ? known
                    : new DataException("the embedded " + RESOURCE + " cannot be read");
        }
    }

    /** Takes the file's bytes, so that the checksum can be tested. */
    static Splits read(byte[] gzip, Arena arena) throws DataException {
        if (!SHA256.equals(HexFormat.of().formatHex(sha256().digest(gzip)))) {
            throw new DataException("the embedded " + RESOURCE + " is damaged: its SHA-256 is not " + SHA256
                    + "; install Striate again");
        }
        List<int[]> rows = lines(gzip).stream().map(Digits::row).toList();
        boolean[] test = testSamples(rows);
        return new Splits(
                subset("digits/train", rows, test, false, arena), subset("digits/test", rows, test, true, arena));
    }

    private static List<String> lines(byte[] gzip) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the checksum holds, so the file cannot be malformed", e);
        }
    }

    /** The 64 pixels, row by row, and the class. */
    private static int[] row(String line) {
        String[] cells = line.split(",", -1);
        int[] row = new int[cells.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = Integer.parseInt(cells[i]);
        }
        return row;
    }

    /**
     * Lines the samples up by class, in random order within each, and takes 360 at equal distances. A class of n
     * samples is a run of n in the line, so it gives n * 360 / 1797 of them, rounded up or down.
     */
    private static boolean[] testSamples(List<int[]> rows) {
        int[] shuffled = new int[SAMPLES];
        Shuffle.fill(shuffled, SPLIT_SEED, 0);
        boolean[] test = new boolean[SAMPLES];
        int position = 0;
        for (int digit = 0; digit < CLASSES; digit++) {
            for (int sample : shuffled) {
                if (label(rows.get(sample)) == digit) {
                    test[sample] = (position + 1) * TEST_SAMPLES / SAMPLES > position * TEST_SAMPLES / SAMPLES;
                    position++;
                }
            }
        }
        return test;
    }

    private static DataSet subset(String name, List<int[]> rows, boolean[] test, boolean wanted, Arena arena) {
        int size = wanted ? TEST_SAMPLES : SAMPLES - TEST_SAMPLES;
        int pixelsPerImage = SIDE * SIDE;
        MemorySegment pixels = arena.allocate((long) size * pixelsPerImage);
        MemorySegment labels = arena.allocate(size);
        int index = 0;
        for (int sample = 0; sample < SAMPLES; sample++) {
            if (test[sample] == wanted) {
                int[] row = rows.get(sample);
                for (int i = 0; i < pixelsPerImage; i++) {
                    pixels.set(ValueLayout.JAVA_BYTE, (long) index * pixelsPerImage + i, (byte) row[i]);
                }
                labels.set(ValueLayout.JAVA_BYTE, index++, (byte) label(row));
            }
        }
        Field image = Field.floats("image", 1, SIDE, SIDE);
        return new ByteImages(name, image, pixels, MAXIMUM, Field.classIndex("label", CLASSES), labels);
    }

    private static int label(int[] row) {
        return row[SIDE * SIDE];
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
