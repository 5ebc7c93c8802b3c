package dev.striate.runtime.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.striate.core.Sizes;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
    @TempDir
    private Path folder;

    /** Written by the format's own implementation, version 0.8.0. */
    static byte[] reference() throws IOException {
        try (InputStream in = SafetensorsFileTest.class.getResourceAsStream("reference.safetensors")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("w.safetensors"), content);
    }

    @Test
    void readsWhatTheReferenceImplementationWrites() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile file = SafetensorsFile.open(file(reference()), arena);

            assertThat(file.entries())
                    .containsExactly(
                            new TensorEntry("conv1.bias", Sizes.of(2), 0, 8),
                            new TensorEntry("conv1.weight", Sizes.of(2, 1, 2, 3), 8, 48),
                            new TensorEntry("none", Sizes.of(0, 3), 56, 0),
                            new TensorEntry("scale", Sizes.SCALAR, 56, 4));
            assertThat(file.metadata()).containsExactly(Map.entry("format", "np"), Map.entry("hash", "a\"é"));
            assertThat(floats(file, "conv1.bias")).containsExactly(-1.5f, 2.5f);
            assertThat(floats(file, "conv1.weight"))
                    .containsExactly(0, 0.25f, 0.5f, 0.75f, 1, 1.25f, 1.5f, 1.75f, 2, 2.25f, 2.5f, 2.75f);
            assertThat(floats(file, "none")).isEmpty();
            assertThat(floats(file, "scale")).containsExactly(0.5f);
        }
    }

    @Test
    void tensorsMayStandInAnotherOrderThanTheirData() throws IOException {
        String header = "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
                + "\"a\":{\"data_offsets\":[0,4],\"shape\":[1,1],\"dtype\":\"F32\"},"
                + tensor("none", "F32", "[0]", "[0,0]") + "}   ";
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile file = SafetensorsFile.open(file(TestFiles.safetensors(header, 8)), arena);

            assertThat(file.entries()).extracting(TensorEntry::name).containsExactly("none", "a", "b");
            assertThat(file.metadata()).isEmpty();
        }
    }

    @Test
    void aFileWithoutTensorsIsEmpty() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            assertThat(SafetensorsFile.open(file(TestFiles.safetensors("{}", 0)), arena)
                            .entries())
                    .isEmpty();
        }
    }

    @Test
    void valuesAreReadOnlyAndEndWithTheArena() throws IOException {
        MemorySegment values;
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile file = SafetensorsFile.open(file(reference()), arena);
            values = file.data("scale");

            assertThat(values.isReadOnly()).isTrue();
            assertThatIllegalArgumentException().isThrownBy(() -> file.data("nothing"));
        }
        assertThatThrownBy(() -> values.get(ValueLayout.JAVA_FLOAT, 0)).isInstanceOf(IllegalStateException.class);
    }

    /** Broken headers, the data that follows them, and what the message must say. */
    static Stream<Arguments> brokenHeaders() {
        return Stream.of(
                arguments("", 0, "does not begin with '{'"),
                arguments(" {}", 0, "does not begin with '{'"),
                arguments("[]", 0, "does not begin with '{'"),
                arguments("{", 0, "not valid JSON"),
                arguments("{} x", 0, "not valid JSON"),
                arguments("{}{}", 0, "goes on after its closing '}'"),
                arguments("{\"a\":}", 0, "not valid JSON"),
                arguments("{\"a\":1}", 0, "tensor 'a' is not described by an object"),
                arguments("{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}", 0, "tensor 'a' has the unknown member 'b'"),
                arguments("{\"a\":{\"shape\":[[[1]]]}}", 0, "nesting depth"),
                arguments(
                        "{" + tensor("a", "F32", "[1]", "[0,4]") + "," + tensor("a", "F32", "[1]", "[0,4]") + "}",
                        4,
                        "uplicate"),
                arguments(
                        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
                        4,
                        "uplicate"),
                arguments("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0, "uplicate"),
                arguments("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "uplicate"),
                arguments("{\"__metadata__\":[]}", 0, "__metadata__ is not a map"),
                arguments("{\"__metadata__\":{\"k\":1}}", 0, "__metadata__ has the entry 'k', which is not a string"),
                arguments(
                        "{\"__metadata__\":{\"k\":null}}", 0, "__metadata__ has the entry 'k', which is not a string"),
                arguments("{\"a\":{\"shape\":[],\"data_offsets\":[0,4]}}", 4, "tensor 'a' has no dtype"),
                arguments("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "tensor 'a' has no shape"),
                arguments("{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", 4, "tensor 'a' has no data_offsets"),
                arguments(
                        one("F33", "[1]", "[0,4]"),
                        4,
                        "tensor 'a' has the dtype 'F33', which the format does not know"),
                arguments("{\"a\":{\"dtype\":32}}", 4, "tensor 'a' has the dtype '32', which the format does not know"),
                arguments(one("F32", "1", "[0,4]"), 4, "tensor 'a': shape is not a list"),
                arguments(one("F32", "[1.0]", "[0,4]"), 4, "shape has an element that is not a whole number"),
                arguments(one("F32", "[1e0]", "[0,4]"), 4, "shape has an element that is not a whole number"),
                arguments(one("F32", "[\"1\"]", "[0,4]"), 4, "shape has an element that is not a whole number"),
                arguments(one("F32", "[-1]", "[0,4]"), 4, "shape has an element that is not a whole number"),
                arguments(one("F32", "[01]", "[0,4]"), 4, "not valid JSON"),
                arguments(one("F32", "[9223372036854775808]", "[0,4]"), 4, "not a whole number of 63 bits"),
                arguments(one("F32", "[1" + "0".repeat(30) + "]", "[0,4]"), 4, "not valid JSON: Number value length"),
                arguments(one("F32", "[1" + ",1".repeat(32) + "]", "[0,4]"), 4, "shape has more than 32 elements"),
                arguments(one("F32", "[4294967297]", "[0,4]"), 4, "more than 2^31 - 1 elements"),
                arguments(one("F32", "[65536,65536]", "[0,0]"), 0, "more than 2^31 - 1 elements"),
                arguments(one("F32", "[2147483648,0]", "[0,0]"), 0, "more than 2^31 - 1 elements"),
                arguments(one("F32", "[2,3]", "[0,20]"), 20, "has the data_offsets [0, 20], and needs 24 bytes"),
                arguments(one("F32", "[1]", "[4,0]"), 4, "has the data_offsets [4, 0], and needs 4 bytes"),
                arguments(one("F32", "[1]", "[0]"), 4, "has the data_offsets [0], which are not a begin and an end"),
                arguments(one("F32", "[1]", "[0,4,4]"), 4, "which are not a begin and an end"),
                arguments(one("F32", "[1]", "[0,-4]"), 4, "data_offsets has an element that is not a whole number"),
                arguments(
                        one("F32", "[2]", "[0,8]"), 7, "only 7 bytes of data follow the header: the file is cut short"),
                arguments(one("F32", "[1]", "[9223372036854775803,9223372036854775807]"), 4, "the file is cut short"),
                arguments(one("F32", "[1]", "[0,4]"), 5, "1 bytes follow the data of the last tensor"),
                arguments(
                        one("F32", "[1]", "[4,8]"),
                        8,
                        "begins at byte 4 of the data and not at 0, so it leaves a hole"),
                arguments(
                        "{" + tensor("a", "F32", "[1]", "[0,4]") + "," + tensor("b", "F32", "[1]", "[8,12]") + "}",
                        12,
                        "tensor 'b' begins at byte 8 of the data and not at 4, so it leaves a hole before it"),
                arguments(
                        "{" + tensor("a", "F32", "[2]", "[0,8]") + "," + tensor("b", "F32", "[2]", "[4,12]") + "}",
                        12,
                        "tensor 'b' begins at byte 4 of the data and not at 8, so it overlaps the tensor before it"),
                arguments(
                        "{" + tensor("a", "F32", "[1]", "[0,4]") + "," + tensor("b", "F32", "[1]", "[0,4]") + "}",
                        4,
                        "overlaps"));
    }

    @ParameterizedTest
    @MethodSource("brokenHeaders")
    void refusesBrokenHeaders(String header, int dataBytes, String message) throws IOException {
        assertRefused(TestFiles.safetensors(header, dataBytes), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"F16", "BF16", "F64", "I64", "I32", "U8", "BOOL", "F8_E4M3"})
    void namesTypesThatItDoesNotRead(String type) throws IOException {
        assertRefused(
                TestFiles.safetensors(one(type, "[1]", "[0,4]"), 4),
                "tensor 'a' holds " + type + " values; convert it to F32, the only type read");
    }

    static Stream<Arguments> brokenLengths() {
        byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                arguments(new byte[0], "has 0 bytes, too few"),
                arguments(new byte[7], "has 7 bytes, too few"),
                arguments(TestFiles.safetensors(0, header, 0), "does not begin with '{'"),
                arguments(TestFiles.safetensors(1, header, 0), "not valid JSON"),
                arguments(
                        TestFiles.safetensors(3, header, 0), "cut short: its header has 3 bytes and the whole file 10"),
                arguments(TestFiles.safetensors(100_000_000, header, 0), "cut short: its header has 100000000 bytes"),
                arguments(TestFiles.safetensors(100_000_001, header, 0), "claims a header of 100000001 bytes"),
                arguments(TestFiles.safetensors(-1, header, 0), "claims a header of 18446744073709551615 bytes"),
                arguments(
                        TestFiles.safetensors(4, new byte[] {'{', '"', (byte) 0xff, '"'}, 0),
                        "the header is not valid UTF-8"),
                arguments(TestFiles.safetensors(4, new byte[] {'{', 0, '}', 0}, 0), "not valid JSON"));
    }

    @ParameterizedTest
    @MethodSource("brokenLengths")
    void refusesBrokenLengthsAndEncodings(byte[] content, String message) throws IOException {
        assertRefused(content, message);
    }

    @Test
    void refusesMissingFilesAndFolders() {
        Path missing = folder.resolve("none.safetensors");

        assertThatThrownBy(() -> SafetensorsFile.open(missing, Arena.ofAuto()))
                .isInstanceOf(DataException.class)
                .hasMessage(missing + ": cannot be read: there is no such file or folder");
        assertThatThrownBy(() -> SafetensorsFile.open(folder, Arena.ofAuto()))
                .isInstanceOf(DataException.class)
                .hasMessage(folder + ": cannot be read: it is a folder or a device, not a file");
    }

    @Test
    void tellsWhenTheMemoryDoesNotSuffice() throws IOException {
        Path path = file(reference());
        try (CountingArena arena = new CountingArena(59)) {
            assertThatThrownBy(() -> SafetensorsFile.open(path, arena))
                    .isInstanceOf(DataException.class)
                    .hasMessage(path + ": needs 60 bytes of memory outside the Java heap, more than the system gives");
        }
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] valid = reference();
        for (int length = 0; length < valid.length; length++) {
            if (opens(Arrays.copyOf(valid, length))) {
                fail("opened after " + length + " bytes");
            }
        }
    }

    @Test
    void everyBitFlipIsRefusedOrHarmless() throws IOException {
        byte[] valid = reference();
        for (int bit = 0; bit < valid.length * Byte.SIZE; bit++) {
            byte[] damaged = valid.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            opens(damaged);
        }
    }

    @Test
    void randomDamageIsRefusedOrHarmless() throws IOException {
        byte[] valid = reference();
        long seed = 20_250_701;
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] damaged = Arrays.copyOf(valid, valid.length - Math.max(0, random.nextInt(40) - 30));
            for (int change = random.nextInt(4); change >= 0; change--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            refused += opens(damaged) ? 0 : 1;
        }
        assertThat(refused).as("refused with seed %d", seed).isBetween(2000, 2999);
    }

    /** Opens the file, reading all it promises, or gets a proper refusal; never allocates more than the file has. */
    private boolean opens(byte[] content) throws IOException {
        Path path = file(content);
        try (CountingArena arena = new CountingArena()) {
            SafetensorsFile file = SafetensorsFile.open(path, arena);
            long bytes = 0;
            for (TensorEntry entry : file.entries()) {
                bytes += floats(file, entry.name()).length * (long) Float.BYTES;
            }
            assertThat(bytes).isEqualTo(arena.allocated()).isLessThan(content.length);
            return true;
        } catch (DataException e) {
            assertThat(e).message().startsWith(path + ": ").doesNotContain("\n", "\r");
            return false;
        }
    }

    private void assertRefused(byte[] content, String message) throws IOException {
        Path path = file(content);
        try (CountingArena arena = new CountingArena()) {
            DataException e = catchThrowableOfType(DataException.class, () -> SafetensorsFile.open(path, arena));

            assertThat(e).message().startsWith(path + ": ").contains(message).doesNotContain("\n");
            assertThat(arena.allocated()).isZero();
        }
    }

    private static float[] floats(SafetensorsFile file, String name) {
        return file.data(name).toArray(ValueLayout.JAVA_FLOAT);
    }

    private static String one(String type, String shape, String offsets) {
        return "{" + tensor("a", type, shape, offsets) + "}";
    }

    private static String tensor(String name, String type, String shape, String offsets) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}".formatted(name, type, shape, offsets);
    }
}
