package dev.striate.runtime.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.driver.SourceCompiler;
import dev.striate.runtime.io.UserCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeCacheTest {
    /** Counts what it compiles. */
    private static final class Counting implements SourceCompiler {
        private final String version;
        private int compiled;

        Counting(String version) {
            this.version = version;
        }

        @Override
        public byte[] compile(String source, int capability) {
            compiled++;
            return ("code of " + source).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String version() {
            return version;
        }
    }

    @TempDir
    private Path folder;

    private String code(Counting compiler, String source) {
        RecordingCuda device = new RecordingCuda();
        CodeCache cache = new CodeCache(new Cuda(device, compiler, device, device), folder.resolve("kernels"));
        return new String(cache.of(source), StandardCharsets.UTF_8);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("kernels"))) {
            return files.toList();
        }
    }

    @Test
    void whatWasCompiledIsReadByTheNextProcess() throws IOException {
        Counting compiler = new Counting("1");
        assertThat(code(compiler, "a")).isEqualTo("code of a");
        assertThat(code(compiler, "a")).isEqualTo("code of a");
        assertThat(compiler.compiled).isEqualTo(1);
        assertThat(code(compiler, "b")).isEqualTo("code of b");
        assertThat(compiler.compiled).isEqualTo(2);
        assertThat(files()).hasSize(2);
    }

    @Test
    void anotherCompilerCompilesAnew() {
        code(new Counting("1"), "a");
        Counting later = new Counting("2");
        code(later, "a");
        assertThat(later.compiled).isEqualTo(1);
    }

    @Test
    void damagedFilesAreReplaced() throws IOException {
        code(new Counting("1"), "a");
        Path file = files().getFirst();
        byte[] whole = Files.readAllBytes(file);
        byte[] changed = whole.clone();
        changed[changed.length - 1]++;
        for (byte[] damaged : List.of(changed, new byte[0], new byte[5])) {
            Files.write(file, damaged);
            Counting compiler = new Counting("1");
            assertThat(code(compiler, "a")).isEqualTo("code of a");
            assertThat(compiler.compiled).isEqualTo(1);
            assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsDoneWithout() throws IOException {
        Files.writeString(folder.resolve("kernels"), "no folder");
        assertThat(code(new Counting("1"), "a")).isEqualTo("code of a");
    }

    @Test
    void filesAreInTheUsersCache() {
        Path home = Path.of(System.getProperty("user.home"), ".cache/striate");
        assertThat(UserCache.folder(Map.of("XDG_CACHE_HOME", "/caches"))).isEqualTo(Path.of("/caches/striate"));
        assertThat(UserCache.folder(Map.of("XDG_CACHE_HOME", "relative"))).isEqualTo(home);
        assertThat(UserCache.folder(Map.of())).isEqualTo(home);
    }
}
