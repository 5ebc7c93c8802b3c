package dev.striate.runtime.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.core.Sizes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    @TempDir
    private Path folder;

    private Arena arena;
    private Path path;

    @BeforeEach
    void open() {
        arena = Arena.ofConfined();
        path = folder.resolve("w.safetensors");
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private NamedTensor tensor(String name, Sizes shape, float... values) {
        return new NamedTensor(name, shape, arena.allocateFrom(ValueLayout.JAVA_FLOAT, values));
    }

    @Test
    void writesTheBytesOfTheReferenceImplementation() throws IOException {
        List<NamedTensor> tensors = List.of(
                tensor("conv1.bias", Sizes.of(2), -1.5f, 2.5f),
                tensor(
                        "conv1.weight",
                        Sizes.of(2, 1, 2, 3),
                        0,
                        .25f,
                        .5f,
                        .75f,
                        1,
                        1.25f,
                        1.5f,
                        1.75f,
                        2,
                        2.25f,
                        2.5f,
                        2.75f),
                tensor("none", Sizes.of(0, 3)),
                tensor("scale", Sizes.SCALAR, 0.5f));

        SafetensorsWriter.write(path, tensors, Map.of("hash", "a\"é", "format", "np"));

        assertThat(path).hasBinaryContent(SafetensorsFileTest.reference());
    }

    @Test
    void keepsTheGivenOrderAndAlignsTheData() throws IOException {
        SafetensorsWriter.write(path, List.of(tensor("z", Sizes.of(1), 1), tensor("a", Sizes.of(2), 2, 3)), Map.of());

        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        int headerBytes = Math.toIntExact(bytes.getLong());
        String header = new String(bytes.array(), Long.BYTES, headerBytes, StandardCharsets.UTF_8);
        assertThat(headerBytes % 8).isZero();
        assertThat(header.stripTrailing())
                .isEqualTo("{\"z\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}");
        bytes.position(Long.BYTES + headerBytes);
        assertThat(new float[] {bytes.getFloat(), bytes.getFloat(), bytes.getFloat()})
                .containsExactly(1, 2, 3);
        assertThat(bytes.hasRemaining()).isFalse();
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        long seed = 7;
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            List<NamedTensor> tensors = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                Sizes shape = Sizes.of(random.ints(random.nextInt(5), 0, 5).toArray());
                MemorySegment data = arena.allocate((long) Float.BYTES * shape.elements(), Float.BYTES);
                data.asByteBuffer().put(bytes(random, (int) data.byteSize()));
                tensors.add(new NamedTensor(i + new String(bytes(random, 8), StandardCharsets.UTF_16BE), shape, data));
            }
            Map<String, String> metadata = Map.of("\t" + round, "\u0000\"\\\uD83D\uDE00");
            SafetensorsWriter.write(path, tensors, metadata);

            SafetensorsFile file = SafetensorsFile.open(path, arena);
            assertThat(file.metadata()).as("seed %d, round %d", seed, round).isEqualTo(metadata);
            assertThat(file.entries()).hasSize(tensors.size());
            for (NamedTensor tensor : tensors) {
                assertThat(file.entries())
                        .anyMatch(
                                e -> e.name().equals(tensor.name()) && e.shape().equals(tensor.shape()));
                assertThat(file.data(tensor.name()).mismatch(tensor.data())).isEqualTo(-1);
            }
        }
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void refusesTakenNamesAndWrongSizes() {
        NamedTensor a = tensor("a", Sizes.of(1), 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> SafetensorsWriter.write(path, List.of(a, a), Map.of()))
                .withMessage("the tensor name a is taken");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SafetensorsWriter.write(path, List.of(tensor("__metadata__", Sizes.of(1), 1)), Map.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tensor("a", Sizes.of(2, 2), 1, 2, 3))
                .withMessage("tensor a of shape [2, 2] has 12 bytes of data");
        assertThat(path).doesNotExist();
    }

    @Test
    void refusesHeadersThatNoReaderAccepts() {
        Map<String, String> metadata = Map.of("k", "x".repeat(100_000_000));

        assertThatThrownBy(() -> SafetensorsWriter.write(path, List.of(), metadata))
                .isInstanceOf(DataException.class)
                .hasMessage(path + ": cannot be written: the header has more than 100000000 bytes");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesStringsThatAreNotUnicode() {
        List<NamedTensor> tensors = List.of(tensor("\uD800", Sizes.of(1), 1));

        assertThatIllegalArgumentException().isThrownBy(() -> SafetensorsWriter.write(path, tensors, Map.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SafetensorsWriter.write(path, List.of(), Map.of("k", "\uDC00")));
        assertThat(folder).isEmptyDirectory();
    }
}
