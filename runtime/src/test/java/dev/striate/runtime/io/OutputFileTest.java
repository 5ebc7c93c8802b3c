package dev.striate.runtime.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    private static final MemorySegment NEW = MemorySegment.ofArray("new".getBytes(StandardCharsets.UTF_8));

    @TempDir
    private Path folder;

    private Path target;

    @BeforeEach
    void existingFile() throws IOException {
        target = Files.writeString(folder.resolve("a.bin"), "old");
    }

    private void assertOldFileAlone() throws IOException {
        assertThat(target).hasContent("old");
        assertThat(TestFiles.namesIn(folder)).containsExactly("a.bin");
    }

    @Test
    void theOldFileStaysUntilTheNewOneIsWhole() throws IOException {
        OutputFile.replace(target, out -> {
            out.write(NEW);
            assertThat(target).hasContent("old");
            assertThat(TestFiles.namesIn(folder)).hasSize(2);
            out.write(NEW);
        });

        assertThat(target).hasContent("newnew");
        assertThat(TestFiles.namesIn(folder)).containsExactly("a.bin");
    }

    @Test
    void aFailureHalfwayLeavesTheOldFile() throws IOException {
        assertThatThrownBy(() -> OutputFile.replace(target, out -> {
                    out.write(NEW);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(DataException.class)
                .hasMessage(target + ": cannot be written: No space left on device");
        assertOldFileAlone();
    }

    @Test
    void aBugHalfwayLeavesTheOldFile() throws IOException {
        assertThatIllegalStateException()
                .isThrownBy(() -> OutputFile.replace(target, out -> {
                    out.write(NEW);
                    throw new IllegalStateException("bug");
                }));
        assertOldFileAlone();
    }

    @Test
    void anInterruptHalfwayLeavesTheOldFile() throws IOException {
        try {
            assertThatThrownBy(() -> OutputFile.replace(target, out -> {
                        out.write(NEW);
                        Thread.currentThread().interrupt();
                        out.write(NEW);
                    }))
                    .isInstanceOf(DataException.class)
                    .hasMessage(target + ": cannot be written: interrupted");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertOldFileAlone();
    }

    @Test
    void foldersAreNotReplacedAndNotCreated() throws IOException {
        Path inMissing = folder.resolve("missing").resolve("a.bin");

        assertThatThrownBy(() -> OutputFile.replace(folder, out -> out.write(NEW)))
                .isInstanceOf(DataException.class)
                .hasMessage(folder + ": cannot be written: it is a folder");
        assertThatThrownBy(() -> OutputFile.replace(Path.of("/"), out -> out.write(NEW)))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(() -> OutputFile.replace(inMissing, out -> out.write(NEW)))
                .isInstanceOf(DataException.class)
                .hasMessage(inMissing + ": cannot be written: there is no such file or folder");
        assertOldFileAlone();
    }

    @Test
    void aLinkStaysAndTheFileBehindItIsReplaced() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.bin"), Path.of("a.bin"));
        Path farther = Files.createSymbolicLink(folder.resolve("farther.bin"), link);
        OutputFile.replace(farther, out -> out.write(NEW));
        assertThat(target).hasContent("new");
        assertThat(link).isSymbolicLink();
        assertThat(farther).isSymbolicLink();

        Path open = Files.createSymbolicLink(folder.resolve("open.bin"), Path.of("b.bin"));
        OutputFile.replace(open, out -> out.write(NEW));
        assertThat(open).isSymbolicLink();
        assertThat(folder.resolve("b.bin")).hasContent("new");
        assertThat(TestFiles.namesIn(folder))
                .containsExactlyInAnyOrder("a.bin", "b.bin", "farther.bin", "link.bin", "open.bin");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void permissionsStay() throws IOException {
        for (String permissions : List.of("rw-------", "rwxr-xr-x")) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(permissions));
            OutputFile.replace(target, out -> out.write(NEW));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                    .isEqualTo(permissions);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPipeIsWrittenTo() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Process reader = new ProcessBuilder("cat", pipe.toString()).start();
        OutputFile.replace(pipe, out -> out.write(NEW));
        assertThat(new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("new");
        assertThat(Files.isRegularFile(pipe)).isFalse();
    }
}
