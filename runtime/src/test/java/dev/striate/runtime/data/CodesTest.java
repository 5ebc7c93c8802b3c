package dev.striate.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.striate.core.Sizes;
import dev.striate.runtime.data.Codes.Neighbour;
import dev.striate.runtime.io.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodesTest {
    @TempDir
    private Path folder;

    private static Codes codes() {
        return new Codes(
                List.of("east.png", "north.png", "north-east.png", "west.png", "nowhere.png"),
                Sizes.of(2),
                List.of(
                        new float[] {2, 0},
                        new float[] {0, 3},
                        new float[] {0.5f, 0.5f},
                        new float[] {-1, 0},
                        new float[] {0, 0}));
    }

    @Test
    void theNearestHaveTheSmallestAngle() {
        List<Neighbour> nearest = codes().nearest(0, 9);
        assertThat(nearest)
                .extracting(Neighbour::name)
                .containsExactly("north-east.png", "north.png", "nowhere.png", "west.png");
        assertThat(nearest).extracting(Neighbour::index).containsExactly(2, 1, 4, 3);
        assertThat(nearest.get(0).similarity()).isCloseTo(Math.sqrt(0.5), within(1e-7));
        assertThat(nearest.get(1).similarity()).isZero();
        assertThat(nearest.get(3).similarity()).isEqualTo(-1);
        assertThat(codes().nearest(0, 1)).hasSize(1);
        assertThat(codes().nearest(4, 5)).extracting(Neighbour::similarity).containsOnly(0.0);
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path file = folder.resolve("codes.npy");
        Codes written = new Codes(
                List.of("a b.png", "\u00e4.png"),
                Sizes.of(2, 1, 2),
                List.of(new float[] {1, -2, 3.5f, Float.MIN_VALUE}, new float[] {0, 1e30f, -0f, 7}));
        written.write(file);
        Codes read = Codes.read(file);
        assertThat(read.names()).isEqualTo(written.names());
        assertThat(read.shape()).isEqualTo(Sizes.of(2, 1, 2));
        assertThat(read.of(0)).isEqualTo(written.of(0));
        assertThat(read.of(1)).isEqualTo(written.of(1));
        assertThat(folder.resolve("codes.txt")).hasContent("a b.png\n\u00e4.png\n");
    }

    /** Byte by byte what the format of NumPy asks for (NEP 1): a header that ends with a line feed at a multiple of 64. */
    @Test
    void theFileIsOfNumPysFormat() throws IOException {
        Path file = folder.resolve("codes.npy");
        codes().write(file);
        byte[] bytes = Files.readAllBytes(file);
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (5, 2,), }";
        assertThat(Arrays.copyOf(bytes, 8)).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
        ByteBuffer content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int begin = 10 + content.getShort(8);
        assertThat(begin % 64).isZero();
        assertThat(new String(bytes, 10, begin - 10, StandardCharsets.ISO_8859_1))
                .startsWith(header)
                .endsWith("\n")
                .isEqualTo(header + " ".repeat(begin - 11 - header.length()) + "\n");
        assertThat(bytes).hasSize(begin + 5 * 2 * 4);
        assertThat(content.getFloat(begin)).isEqualTo(2);
        assertThat(content.getFloat(begin + 12)).isEqualTo(3);
    }

    @Test
    void saysWhatDoesNotFit() throws IOException {
        Path file = folder.resolve("codes.npy");
        codes().write(file);
        Path names = folder.resolve("codes.txt");
        Files.writeString(names, "one\n");
        assertThatThrownBy(() -> Codes.read(file))
                .isInstanceOf(DataException.class)
                .hasMessage(names + ": has 1 names, and " + file + " has 5 codes");
        Files.delete(names);
        assertThatThrownBy(() -> Codes.read(file)).hasMessageContaining("there is no such file");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> Codes.read(file)).hasMessageContaining("it is cut short or damaged");
        assertThatThrownBy(() -> new Codes(List.of("a"), Sizes.of(2), List.of(new float[3])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Codes(List.of("a\nb"), Sizes.of(1), List.of(new float[1])))
                .hasMessage("a name has a line break in it");
    }
}
