package dev.striate.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.core.recipe.Transform;
import dev.striate.runtime.io.DataException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data sets that people make of files of their own. */
class FileSetsTest {
    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofAuto();

    private Splits open(String set, Map<String, Object> arguments) throws DataException {
        return DataSets.open(set, arguments, List.of(folder), arena);
    }

    private void refused(String set, Map<String, Object> arguments, String why) {
        assertThatThrownBy(() -> open(set, arguments))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(why);
    }

    private static float[] floats(DataSet set, int field, int index) throws DataException {
        MemorySegment target =
                MemorySegment.ofArray(new float[set.fields().get(field).shape().elements()]);
        set.read(field, index, 0, target, 0);
        return target.toArray(ValueLayout.JAVA_FLOAT);
    }

    private static int[] ints(DataSet set, int field, int index) throws DataException {
        MemorySegment target =
                MemorySegment.ofArray(new int[set.fields().get(field).shape().elements()]);
        set.read(field, index, 0, target, 0);
        return target.toArray(ValueLayout.JAVA_INT);
    }

    private void draw(String path, int width, int height, int grey) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < width * height; i++) {
            image.getRaster().setSample(i % width, i / width, 0, grey);
        }
        Path file = folder.resolve(path);
        Files.createDirectories(file.resolveSibling(""));
        ImageIO.write(image, "png", file.toFile());
    }

    @Test
    void aFolderForEachClass() throws IOException {
        draw("pets/train/cat/1.png", 4, 3, 51);
        draw("pets/train/dog/1.png", 4, 3, 102);
        draw("pets/train/dog/2.PNG", 5, 3, 102);
        draw("pets/test/dog/1.png", 4, 3, 255);
        Splits pets = open("folder", Map.of("path", "pets"));
        assertThat(pets.train().size()).isEqualTo(3);
        assertThat(pets.train().fields()).containsExactly(Field.floats("image", 3, 3, 4), Field.classIndex("label", 2));
        assertThat(floats(pets.train(), 0, 1)).hasSize(36).containsOnly(0.4f);
        assertThat(ints(pets.train(), 1, 0)).containsExactly(0);
        assertThat(ints(pets.test(), 1, 0)).containsExactly(1);
        assertThatThrownBy(() -> floats(pets.train(), 0, 2))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("2.PNG: has 3x5 pixels, and ")
                .hasMessageEndingWith("write `transform train { resize([3, 4]) }`, and the same for eval");
        DataSet resized = TransformedSet.of(pets.train(), List.of(new Transform.Resize(2, 2)), 0);
        assertThat(floats(resized, 0, 2)).hasSize(12);
        DataSet shorter = TransformedSet.of(pets.train(), List.of(new Transform.ResizeShorter(6)), 0);
        assertThatThrownBy(() -> floats(shorter, 0, 2))
                .hasMessage(
                        "pets/train, sample 3: the transforms give a picture of 6x10, and of the first sample one of"
                                + " 6x8; end them with a crop or with `resize([h, w])`");

        draw("pets/test/cow/1.png", 4, 3, 255);
        refused("folder", Map.of("path", "pets"), "cow: is a class that ");
        draw("empty/train/cat/1.png", 4, 3, 51);
        refused("folder", Map.of("path", "empty"), "there is no such folder; pictures are in train/CLASS");
        Files.createDirectories(folder.resolve("empty/test/cat"));
        refused("folder", Map.of("path", "empty"), "cat: has no pictures: files that end with .png");
        refused("folder", Map.of("path", "pets", "channels", 2), "channels is 1 for grey or 3 for colours, not 2");
    }

    @Test
    void picturesWithMasks() throws IOException {
        draw("photos/a.png", 3, 2, 255);
        draw("masks/a.png", 3, 2, 1);
        Map<String, Object> paths =
                Map.of("images", "photos", "masks", "masks", "test_images", "photos", "test_masks", "masks");
        DataSet set = open("segmentation_folder", paths).train();
        assertThat(set.fields()).containsExactly(Field.floats("image", 3, 2, 3), Field.mask("mask", 2, 2, 3));
        assertThat(ints(set, 1, 0)).containsExactly(1, 1, 1, 1, 1, 1);
        DataSet padded = TransformedSet.of(set, List.of(new Transform.RandomCrop(4, 5, 1)), 0);
        assertThat(padded.fields()).containsExactly(Field.floats("image", 3, 4, 5), Field.mask("mask", 2, 4, 5));
        assertThat(ints(padded, 1, 0)).containsExactly(0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0);
        draw("masks/a.png", 3, 2, 2);
        assertThatThrownBy(() -> ints(set, 1, 0)).hasMessageContaining("has a pixel of class 2, and there are only 2");
        draw("photos/b.png", 3, 2, 255);
        refused("segmentation_folder", paths, "b.png: has no mask of the name b in ");
    }

    private void csv(String text) throws IOException {
        Files.writeString(folder.resolve("a.csv"), text);
    }

    @Test
    void linesOfNumbers() throws IOException {
        csv("1, 2.5,0\n-3e1,4,2\n\n");
        Map<String, Object> classes = Map.of("path", "a.csv", "test", "a.csv", "classes", 3);
        DataSet set = open("csv", classes).train();
        assertThat(set.fields()).containsExactly(Field.floats("features", 2), Field.classIndex("label", 3));
        assertThat(floats(set, 0, 1)).containsExactly(-30, 4);
        assertThat(ints(set, 1, 1)).containsExactly(2);
        Map<String, Object> numbers = Map.of("path", "a.csv", "test", "a.csv");
        assertThat(open("csv", numbers).test().fields().get(1)).isEqualTo(Field.floats("target"));
        assertThat(floats(open("csv", numbers).test(), 1, 1)).containsExactly(2);

        csv("a,b\n1,2\n");
        refused("csv", numbers, "line 1 has 'a', which is no number; if it is a heading, write header=true");
        assertThat(open("csv", Map.of("path", "a.csv", "test", "a.csv", "header", true))
                        .train()
                        .size())
                .isEqualTo(1);
        csv("1,2,0\n1,2\n");
        refused("csv", numbers, "line 2 has 2 columns, and the first has 3");
        csv("1,2,3\n");
        refused("csv", classes, "line 1 ends with '3', which is no class from 0 to 2");
        csv("\n");
        refused("csv", numbers, "has no lines of at least two numbers");
    }

    private void npy(String name, String type, String shape, byte... data) throws IOException {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
        out.write(header.getBytes(StandardCharsets.US_ASCII));
        out.write(data);
        Files.write(folder.resolve(name), out.toByteArray());
    }

    @Test
    void arraysOfNumpy() throws IOException {
        npy("x.npy", "|u1", "(2, 1, 2)", new byte[] {0, 51, 102, (byte) 255});
        byte[] answers = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(1)
                .putLong(0)
                .array();
        npy("y.npy", "<i8", "(2,)", answers);
        Map<String, Object> files = Map.of(
                "images", "x.npy", "labels", "y.npy", "test_images", "x.npy", "test_labels", "y.npy", "classes", 2);
        DataSet set = open("npy", files).train();
        assertThat(set.fields()).containsExactly(Field.floats("image", 1, 1, 2), Field.classIndex("label", 2));
        assertThat(floats(set, 0, 1)).containsExactly(0.4f, 1);
        assertThat(ints(set, 1, 0)).containsExactly(1);

        byte[] floats = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(0.5f)
                .putFloat(-2)
                .putFloat(3)
                .putFloat(4)
                .array();
        npy("x.npy", "<f4", "(2, 2)", floats);
        assertThat(floats(open("npy", files).train(), 0, 0)).containsExactly(0.5f, -2);
        npy("x.npy", "<f4", "(3, 2)", floats);
        refused("npy", files, "holds 16 bytes after its header and not 24 for [3, 2]");
        npy("x.npy", ">f4", "(2, 2)", floats);
        refused("npy", files, "holds numbers of the type '>f4'");
        npy("x.npy", "<f4", "(4, 1)", floats);
        refused("npy", files, "has the shape [2], and there are 4 samples");
        npy("x.npy", "<f4", "(99999, 99999)", floats);
        refused("npy", files, "which is not that of samples");
        Files.writeString(folder.resolve("x.npy"), "not an array at all");
        refused("npy", files, "is not a file of NumPy's format npy");
    }

    @Test
    void photographsInBinaryRecords() throws IOException {
        Path set = Files.createDirectory(folder.resolve("cifar10"));
        byte[] record = new byte[3073];
        for (int file = 1; file <= 5; file++) {
            record[0] = (byte) file;
            record[3072] = (byte) (51 * file);
            Files.write(set.resolve("data_batch_" + file + ".bin"), record);
        }
        Files.write(set.resolve("test_batch.bin"), record);
        Splits cifar = open("cifar10", Map.of());
        assertThat(cifar.train().size()).isEqualTo(5);
        assertThat(cifar.test().size()).isEqualTo(1);
        assertThat(ints(cifar.train(), 1, 2)).containsExactly(3);
        assertThat(floats(cifar.train(), 0, 2)[3071]).isEqualTo(0.6f);
        record[0] = 10;
        Files.write(set.resolve("test_batch.bin"), record);
        refused("cifar10", Map.of(), "has the class 10; it is damaged");
        Files.write(set.resolve("test_batch.bin"), new byte[3000]);
        refused("cifar10", Map.of(), "has 3000 bytes, which are not records of 3073");
        Files.delete(set.resolve("test_batch.bin"));
        refused("cifar10", Map.of(), "the data set cifar10 is not on this machine: looked in " + set);
    }
}
