package dev.striate.runtime.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFileTest {
    @TempDir
    private Path folder;

    @Test
    void readsAndMapsFromAnyPosition() throws IOException {
        Path path = Files.write(folder.resolve("a.bin"), new byte[] {1, 2, 3, 4, 5});
        byte[] read = new byte[3];
        try (InputFile file = InputFile.open(path);
                Arena arena = Arena.ofConfined()) {
            file.read(1, MemorySegment.ofArray(read));

            assertThat(read).containsExactly(2, 3, 4);
            assertThat(file.map(3, 2, arena).toArray(ValueLayout.JAVA_BYTE)).containsExactly(4, 5);
            assertThat(file.size()).isEqualTo(5);
        }
    }

    @Test
    void aFileThatShrinksMeanwhileIsReported() throws IOException {
        Path path = Files.write(folder.resolve("a.bin"), new byte[8]);
        try (InputFile file = InputFile.open(path)) {
            Files.write(path, new byte[3]);

            assertThatThrownBy(() -> file.read(0, MemorySegment.ofArray(new byte[8])))
                    .isInstanceOf(DataException.class)
                    .hasMessage(path + ": the file ended while it was read; was it being written?");
        }
    }

    @Test
    void messagesStayOnOneLine() {
        assertThat(new DataException("tensor 'a\nb\u001b[31m' is wrong"))
                .hasMessage("tensor 'a\\u000ab\\u001b[31m' is wrong");
        assertThat(DataException.quote("x".repeat(81))).isEqualTo("'" + "x".repeat(80) + "...'");
        assertThat(DataException.quote("x".repeat(80))).isEqualTo("'" + "x".repeat(80) + "'");
    }
}
