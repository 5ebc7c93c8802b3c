package dev.striate.runtime.data;

import static dev.striate.runtime.data.IdxFixture.idx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.striate.core.Sizes;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.TestFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {
    private static final Map<String, Object> FILES =
            Map.of("images", "ti", "labels", "tl", "test_images", "vi", "test_labels", "vl");

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    private void writeFiles(Path where, String suffix) throws IOException {
        Files.write(where.resolve("ti" + suffix), packed(suffix, idx(new int[] {2, 1, 2}, 0, 255, 51, 102)));
        Files.write(where.resolve("tl" + suffix), packed(suffix, idx(new int[] {2}, 3, 9)));
        Files.write(where.resolve("vi" + suffix), packed(suffix, idx(new int[] {1, 1, 2}, 1, 2)));
        Files.write(where.resolve("vl" + suffix), packed(suffix, idx(new int[] {1}, 0)));
    }

    private static byte[] packed(String suffix, byte[] bytes) throws IOException {
        return suffix.isEmpty() ? bytes : TestFiles.gzip(bytes);
    }

    private String refusal(String name, Map<String, Object> arguments, Path... folders) {
        DataException e = catchThrowableOfType(
                DataException.class, () -> DataSets.open(name, arguments, List.of(folders), arena));
        assertThat(e).as("refusal of %s%s", name, arguments).isNotNull();
        return String.valueOf(e.getMessage());
    }

    private static Map<String, Object> filesWith(String argument, Object value) {
        Map<String, Object> arguments = new HashMap<>(FILES);
        arguments.put(argument, value);
        return arguments;
    }

    @Test
    void opensDigitsWithoutAnyFolder() throws IOException {
        assertThat(DataSets.open("digits", Map.of(), List.of(), arena).train().size())
                .isEqualTo(1437);
        assertThat(DataSets.names())
                .containsExactly(
                        "cifar10",
                        "csv",
                        "digits",
                        "fashion_mnist",
                        "folder",
                        "idx",
                        "mnist",
                        "npy",
                        "segmentation_folder");
    }

    @Test
    void opensIdxFilesFromTheFolder() throws IOException {
        writeFiles(folder, "");

        Splits splits = DataSets.open("idx", FILES, List.of(folder), arena);

        assertThat(splits.train().size()).isEqualTo(2);
        assertThat(splits.test().size()).isEqualTo(1);
        assertThat(splits.train().name()).isEqualTo("idx/train");
        assertThat(splits.train().fields())
                .containsExactly(
                        new Field("image", Field.Kind.FLOAT, Sizes.of(1, 1, 2), 0),
                        new Field("label", Field.Kind.CLASS, Sizes.SCALAR, 10));
    }

    @Test
    void compressedFilesStandInForPlainOnes() throws IOException {
        writeFiles(folder, ".gz");

        assertThat(DataSets.open("idx", FILES, List.of(folder), arena).train().size())
                .isEqualTo(2);
    }

    @Test
    void foldersAreTriedInOrderAndAbsolutePathsNeedNone() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        writeFiles(folder, "");
        Map<String, Object> absolute = new HashMap<>(FILES);
        absolute.replaceAll((_, path) -> folder.resolve((String) path).toString());

        assertThat(DataSets.open("idx", FILES, List.of(empty, folder), arena)
                        .test()
                        .size())
                .isEqualTo(1);
        assertThat(DataSets.open("idx", absolute, List.of(), arena).test().size())
                .isEqualTo(1);
    }

    @Test
    void classesCanBeGiven() throws IOException {
        writeFiles(folder, "");

        Splits splits = DataSets.open("idx", filesWith("classes", 26L), List.of(folder), arena);

        assertThat(splits.test().fields().get(1).classes()).isEqualTo(26);
        assertThat(refusal("idx", filesWith("classes", 9), folder))
                .isEqualTo(folder.resolve("tl") + ": label 1 is class 9, and there are only 9 classes counted from 0;"
                        + " set classes to 10 or more");
    }

    @Test
    void refusesClassesThatBytesCannotHold() throws IOException {
        writeFiles(folder, "");
        for (Object wrong : List.of(0, -1, 257, 2.5, Double.NaN, "ten", 1L << 32 | 10)) {
            assertThat(refusal("idx", filesWith("classes", wrong), folder))
                    .isEqualTo("data set idx: classes is a whole number from 1 to 256, not '" + wrong + "'");
        }
    }

    @Test
    void proposesTheNearestName() {
        assertThat(refusal("digit", Map.of())).isEqualTo("there is no data set 'digit'; did you mean 'digits'?");
        assertThat(refusal("Idx", Map.of())).isEqualTo("there is no data set 'Idx'; did you mean 'idx'?");
        assertThat(refusal("imagenet", Map.of()))
                .isEqualTo("there is no data set 'imagenet'; known are " + String.join(", ", DataSets.names()));
        assertThat(refusal("", Map.of()))
                .isEqualTo("there is no data set ''; known are " + String.join(", ", DataSets.names()));
    }

    @Test
    void refusesUnknownArguments() {
        assertThat(refusal("digits", Map.of("size", 1)))
                .isEqualTo("data set digits has no argument 'size'; it takes none");
        assertThat(refusal("idx", Map.of("test_image", "x")))
                .isEqualTo("data set idx has no argument 'test_image'; did you mean 'test_images'?");
        assertThat(refusal("idx", Map.of("q", "x")))
                .isEqualTo("data set idx has no argument 'q';"
                        + " known are images, labels, test_images, test_labels, classes");
    }

    @Test
    void tellsWhichArgumentAndWhichFileIsMissing() {
        assertThat(refusal("idx", Map.of(), folder)).isEqualTo("data set idx needs a path: images=\"FILE\"");
        assertThat(refusal("idx", filesWith("images", 3), folder))
                .isEqualTo("data set idx needs a path: images=\"FILE\"");
        Path other = folder.resolve("other");
        assertThat(refusal("idx", FILES, folder, other))
                .isEqualTo("no data file 'ti': looked for %s, %s.gz, %s, %s.gz; put it there or correct the path"
                        .formatted(
                                folder.resolve("ti"), folder.resolve("ti"), other.resolve("ti"), other.resolve("ti")));
        assertThat(refusal("idx", filesWith("images", "a\u0000b"), folder)).startsWith("'a\\u0000b' is not a path: ");
    }
}
