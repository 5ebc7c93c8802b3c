package dev.striate.runtime.data;

import static dev.striate.runtime.data.IdxFixture.idx;
import static dev.striate.runtime.data.IdxFixture.typed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.striate.runtime.io.CountingArena;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.TestFiles;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {
    /** Two pictures of 2x3 pixels. */
    private static final byte[] IMAGES = idx(new int[] {2, 2, 3}, 0, 51, 102, 153, 204, 255, 1, 2, 3, 128, 254, 255);

    private static final byte[] LABELS = idx(new int[] {2}, 7, 2);

    @TempDir
    private Path folder;

    private final CountingArena arena = new CountingArena();

    @AfterEach
    void close() {
        arena.close();
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private Splits open(byte[] images, byte[] labels, byte[] testImages, byte[] testLabels) throws IOException {
        Idx.Files files = new Idx.Files(
                file("images", images), file("labels", labels), file("vi", testImages), file("vl", testLabels));
        return Idx.open("set", files, 10, arena);
    }

    private String refusal(byte[] images, byte[] labels, byte[] testImages, byte[] testLabels) {
        DataException e = catchThrowableOfType(DataException.class, () -> open(images, labels, testImages, testLabels));
        assertThat(e).isNotNull().message().doesNotContain("\n");
        return String.valueOf(e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsPlainAndCompressedFiles(boolean compressed) throws IOException {
        byte[] images = compressed ? TestFiles.gzip(IMAGES) : IMAGES;
        byte[] labels = compressed ? TestFiles.gzip(LABELS) : LABELS;
        DataSet set = open(images, labels, images, labels).train();
        MemorySegment pixels = MemorySegment.ofArray(new float[8]);
        MemorySegment classes = MemorySegment.ofArray(new int[2]);

        set.read(0, 0, 0, pixels, 1);
        assertThat(pixels.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(0, 0, 0.2f, 0.4f, 0.6f, 0.8f, 1, 0);
        set.read(0, 1, 0, pixels, 1);
        assertThat(pixels.toArray(ValueLayout.JAVA_FLOAT))
                .containsExactly(0, 1 / 255f, 2 / 255f, 3 / 255f, 128 / 255f, 254 / 255f, 1, 0);
        set.read(1, 1, 0, classes, 0);
        set.read(1, 0, 0, classes, 1);
        assertThat(classes.toArray(ValueLayout.JAVA_INT)).containsExactly(2, 7);
        assertThat(arena.allocated()).isEqualTo(compressed ? 28 : 0);
    }

    static Stream<Arguments> brokenImages() {
        byte[] text = "Dear reader, this is no picture.".getBytes(StandardCharsets.US_ASCII);
        return Stream.of(
                arguments(new byte[0], "is not an IDX file: it begins with the bytes []"),
                arguments(Arrays.copyOf(IMAGES, 15), "ends within its header; the file is cut short"),
                arguments(text, "is not an IDX file: it begins with the bytes [44 65 61 72"),
                arguments(
                        typed(0x0A, new int[] {1, 1, 1}, 0),
                        "is not an IDX file: it begins with the bytes [00 00 0a 03"),
                arguments(typed(0x09, new int[] {1, 1, 1}, 0), "holds signed bytes; convert it to unsigned bytes"),
                arguments(typed(0x0B, new int[] {1, 1, 1}, 0), "holds 16-bit integers; convert"),
                arguments(typed(0x0C, new int[] {1, 1, 1}, 0), "holds 32-bit integers; convert"),
                arguments(typed(0x0D, new int[] {1, 1, 1}, 0), "holds 32-bit floats; convert"),
                arguments(typed(0x0E, new int[] {1, 1, 1}, 0), "holds 64-bit floats; convert"),
                arguments(idx(new int[] {10}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), "has 1 dimensions where 3 are expected"),
                arguments(idx(new int[] {1, 1, 1, 1}, 0), "has 4 dimensions where 3 are expected"),
                arguments(idx(new int[] {0, 1, 1}), "has the sizes [0, 1, 1], which are not those of pictures"),
                arguments(idx(new int[] {1, 0, 1}), "has the sizes [1, 0, 1], which are not those of pictures"),
                arguments(idx(new int[] {-1, 1, 1}), "has the sizes [4294967295, 1, 1], which are not those"),
                arguments(idx(new int[] {1, 1 << 16, 1 << 15}), "has the sizes [1, 65536, 32768], which are not those"),
                arguments(
                        idx(new int[] {1 << 30, 1 << 15, 1 << 15}),
                        "holds 0 bytes after its header and not 1152921504606846976 for [1073741824, 32768, 32768]"),
                arguments(
                        idx(new int[] {1, 2, 2}, 1, 2, 3),
                        "holds 3 bytes after its header and not 4 for [1, 2, 2];"
                                + " the file is cut short or damaged, get it again"),
                arguments(idx(new int[] {1, 2, 2}, 1, 2, 3, 4, 5), "holds 5 bytes after its header and not 4"));
    }

    @ParameterizedTest
    @MethodSource("brokenImages")
    void refusesBrokenFiles(byte[] images, String message) {
        assertThat(refusal(images, LABELS, IMAGES, LABELS))
                .startsWith(folder.resolve("images") + ": ")
                .contains(message);
    }

    static Stream<Arguments> brokenCompressedImages() throws IOException {
        byte[] valid = TestFiles.gzip(IMAGES);
        byte[] badChecksum = valid.clone();
        badChecksum[valid.length - 8] ^= 1;
        return Stream.of(
                arguments(Arrays.copyOf(valid, 2), "cannot be unpacked"),
                arguments(Arrays.copyOf(valid, valid.length - 1), "cannot be unpacked"),
                arguments(badChecksum, "cannot be unpacked"),
                arguments(TestFiles.gzip(new byte[3]), "is not an IDX file: it begins with the bytes [00 00 00]"),
                arguments(TestFiles.gzip(idx(new int[] {1, 2, 2}, 1, 2, 3)), "does not unpack to exactly 4 bytes"),
                arguments(
                        TestFiles.gzip(idx(new int[] {1, 2, 2}, 1, 2, 3, 4, 5)), "does not unpack to exactly 4 bytes"),
                arguments(
                        TestFiles.gzip(idx(new int[] {1 << 30, 1 << 15, 1 << 15})),
                        "claims 1152921504606846976 bytes for [1073741824, 32768, 32768], more than can be packed"));
    }

    @ParameterizedTest
    @MethodSource("brokenCompressedImages")
    void refusesBrokenCompressedFiles(byte[] images, String message) {
        assertThat(refusal(images, LABELS, IMAGES, LABELS))
                .startsWith(folder.resolve("images") + ": ")
                .contains(message);
        assertThat(arena.allocated()).isLessThan(100);
    }

    @Test
    void theBestCompressionIsAccepted() throws IOException {
        int side = 2000;
        byte[] images = TestFiles.gzip(idx(new int[] {1, side, side}, new int[side * side]));
        byte[] label = idx(new int[] {1}, 0);

        assertThat(images.length).isLessThan(side * side / 1000);
        assertThat(open(images, label, images, label).train().size()).isEqualTo(1);
    }

    @Test
    void filesMustFitEachOther() {
        byte[] three = idx(new int[] {3}, 1, 2, 3);
        byte[] wide = idx(new int[] {2, 1, 6}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

        assertThat(refusal(IMAGES, three, IMAGES, LABELS))
                .isEqualTo(folder.resolve("labels") + ": has 3 labels for the 2 pictures in " + folder.resolve("images")
                        + "; are files of two data sets mixed?");
        assertThat(refusal(IMAGES, LABELS, IMAGES, three)).startsWith(folder.resolve("vl") + ": has 3 labels");
        assertThat(refusal(IMAGES, LABELS, wide, LABELS))
                .isEqualTo(folder.resolve("vi") + ": has pictures of 1x6, and those of " + folder.resolve("images")
                        + " are 2x3; training and test pictures must have the same size");
        assertThat(refusal(IMAGES, idx(new int[] {2}, 0, 200), IMAGES, LABELS))
                .isEqualTo(folder.resolve("labels") + ": label 1 is class 200, and there are only 10 classes counted"
                        + " from 0; set classes to 201 or more");
        assertThat(refusal(LABELS, IMAGES, IMAGES, LABELS)).contains("are two files exchanged?");
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        for (byte[] valid : new byte[][] {IMAGES, TestFiles.gzip(IMAGES)}) {
            for (int length = 0; length < valid.length; length++) {
                if (opens(Arrays.copyOf(valid, length))) {
                    fail("opened after " + length + " bytes");
                }
            }
        }
    }

    @Test
    void randomDamageIsRefusedOrHarmless() throws IOException {
        long seed = 20_250_702;
        Random random = new Random(seed);
        byte[] packed = TestFiles.gzip(IMAGES);
        int refused = 0;
        for (int round = 0; round < 2000; round++) {
            byte[] damaged = (round % 2 == 0 ? IMAGES : packed).clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            refused += opens(damaged) ? 0 : 1;
        }
        assertThat(refused).as("refused with seed %d", seed).isBetween(1000, 1999);
    }

    /** Opens the pictures and reads all, or gets a proper refusal; never allocates more than could be in the file. */
    private boolean opens(byte[] images) throws IOException {
        Path path = file("images", images);
        try (CountingArena counting = new CountingArena()) {
            IdxArray array = IdxArray.read(path, 3, counting);
            assertThat(array.bytes().toArray(ValueLayout.JAVA_BYTE))
                    .hasSize(array.count() * array.sample().elements());
            assertThat(counting.allocated()).isLessThan(1032L * images.length);
            return true;
        } catch (DataException e) {
            assertThat(e).message().startsWith(path + ": ").doesNotContain("\n");
            return false;
        }
    }
}
