package dev.striate.compiler;

import dev.striate.compiler.source.Library;
import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The packages below a folder of the tests, for files that import something. */
public record FolderLibrary(Path root) implements Library {
    /** The packages that golden tests import from. */
    public static final Library GOLDEN = new FolderLibrary(Path.of("src/test/golden/library"));

    @Override
    public List<SourceFile> files(String packageName) {
        Path folder = root.resolve(packageName.replace('.', '/'));
        List<SourceFile> found = new ArrayList<>();
        for (Path file : sources()) {
            if (folder.equals(file.getParent())) {
                found.add(read(file));
            }
        }
        return found;
    }

    @Override
    public List<String> packages() {
        return sources().stream()
                .map(f -> root.relativize(f.getParent()).toString().replace('/', '.'))
                .distinct()
                .toList();
    }

    private SourceFile read(Path file) {
        try {
            return new SourceFile(root.relativize(file).toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> sources() {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(f -> f.toString().endsWith(".cnn")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
