package dev.striate.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.compiler.Compilation;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceRootsTest {
    private static final String BLOCK = "package zoo.parts\n\nblock Twice(x) {\n  x -> fc(4) -> relu -> fc(2)\n}\n";
    private static final SourceFile NET = new SourceFile(
            "net.cnn",
            "package zoo.nets\nimport zoo.parts.{Twice}\n\nnet Net {\n  input x: f32[N, 3]\n  x -> Twice -> output y\n}\n");

    @TempDir
    Path folder = Path.of("");

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        return Files.writeString(file, text);
    }

    @Test
    void importsComeFromFolders() throws IOException {
        write("src/zoo/parts/twice.cnn", BLOCK);
        SourceRoots roots = new SourceRoots(folder, List.of(folder.resolve("src"), folder.resolve("missing")));
        Compilation compilation = Compiler.compile(NET, roots);
        assertThat(compilation.diagnostics().sorted()).isEmpty();
        assertThat(compilation.nets()).hasSize(1);
        assertThat(compilation.imports()).containsExactly("zoo.parts");
        assertThat(roots.files("zoo.parts")).extracting(SourceFile::name).containsExactly("src/zoo/parts/twice.cnn");
        assertThat(roots.packages()).containsExactly("zoo.parts");
    }

    @Test
    void importsComeFromJars() throws IOException {
        Path jar = folder.resolve("parts.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("zoo/parts/twice.cnn"));
            zip.write(BLOCK.getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("zoo/parts/Other.class"));
        }
        SourceRoots roots = new SourceRoots(folder, List.of(jar));
        assertThat(Compiler.compile(NET, roots).diagnostics().sorted()).isEmpty();
        assertThat(roots.files("zoo.parts"))
                .extracting(SourceFile::name)
                .containsExactly("parts.jar!/zoo/parts/twice.cnn");
    }

    @Test
    void ofFilesAtOnePlaceTheFirstCounts() throws IOException {
        write("src/zoo/parts/twice.cnn", BLOCK);
        write("classes/zoo/parts/twice.cnn", BLOCK.replace("Twice", "Thrice"));
        write("classes/zoo/parts/once.cnn", BLOCK.replace("Twice", "Once"));
        SourceRoots roots = new SourceRoots(folder, List.of(folder.resolve("src"), folder.resolve("classes")));
        assertThat(roots.files("zoo.parts"))
                .extracting(SourceFile::name)
                .containsExactly("src/zoo/parts/twice.cnn", "classes/zoo/parts/once.cnn");
        assertThat(Compiler.compile(NET, roots).diagnostics().sorted()).isEmpty();
    }

    @Test
    void aRootFollowsFromThePackage() throws IOException {
        Path file = write("src/zoo/nets/net.cnn", NET.text());
        assertThat(SourceRoots.of(file, NET))
                .containsExactly(folder.toAbsolutePath().resolve("src"));
        Path elsewhere = write("src/zoo/other/net.cnn", NET.text());
        assertThat(SourceRoots.of(elsewhere, NET)).isEmpty();
        assertThat(SourceRoots.of(file, new SourceFile("net.cnn", "net Net {}")))
                .isEmpty();
    }

    @Test
    void aDamagedJarIsNamed() throws IOException {
        Path jar = write("broken.jar", "no jar");
        assertThatThrownBy(() -> new SourceRoots(folder, List.of(jar)).packages())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("broken.jar: cannot be read");
    }
}
