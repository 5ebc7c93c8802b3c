package dev.striate.sources;

import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.source.Library;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.CnnParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The packages in source roots: folders, and jars with {@code .cnn} files in them. The package {@code a.b} is what stands
 * in the folder {@code a/b} of any of them; of files at the same place the one of the first root counts, as on a class path.
 * Every root is looked through once, when it is first needed.
 */
public final class SourceRoots implements Library {
    private static final String ENDING = ".cnn";

    /** A net of thousands of layers has less than a tenth of this. */
    private static final int MAX_BYTES = 4 << 20;

    private final List<Path> roots;
    private final Path base;
    private @Nullable Map<String, List<SourceFile>> packages;

    /**
     * Some roots; those that do not exist are as if they were empty.
     *
     * @param base the folder that messages name files in relative to
     * @param roots folders and jars
     */
    public SourceRoots(Path base, List<Path> roots) {
        this.base = base.toAbsolutePath().normalize();
        this.roots = roots.stream()
                .map(r -> r.toAbsolutePath().normalize())
                .distinct()
                .toList();
    }

    /**
     * The root that a file stands in by its package, as in Java: {@code zoo/nets/a.cnn} of the package {@code zoo.nets}
     * stands in the folder of {@code zoo}. A file without a package, or in another folder than its package says, has none.
     */
    public static List<Path> of(Path file, SourceFile source) {
        Ast.PackageDecl pkg = CnnParser.parse(source, new Diagnostics()).pkg();
        Path folder = file.toAbsolutePath().normalize().getParent();
        List<Ast.Name> path = pkg == null ? List.of() : pkg.path();
        for (Ast.Name name : path.reversed()) {
            if (folder == null || !name.text().equals(String.valueOf(folder.getFileName()))) {
                return List.of();
            }
            folder = folder.getParent();
        }
        return path.isEmpty() || folder == null ? List.of() : List.of(folder);
    }

    /**
     * The files of a package.
     *
     * @throws UncheckedIOException when a root cannot be read
     */
    @Override
    public List<SourceFile> files(String packageName) {
        return all().getOrDefault(packageName, List.of());
    }

    /**
     * The names of all packages.
     *
     * @throws UncheckedIOException when a root cannot be read
     */
    @Override
    public List<String> packages() {
        return List.copyOf(new TreeSet<>(all().keySet()));
    }

    private Map<String, List<SourceFile>> all() {
        Map<String, List<SourceFile>> found = packages;
        if (found == null) {
            Map<String, SourceFile> files = new LinkedHashMap<>();
            for (Path root : roots) {
                try {
                    collect(root, files);
                } catch (IOException e) {
                    throw new UncheckedIOException(root + ": cannot be read", e);
                }
            }
            found = new TreeMap<>();
            for (Map.Entry<String, SourceFile> file : files.entrySet()) {
                String folder = file.getKey().substring(0, file.getKey().lastIndexOf('/'));
                found.computeIfAbsent(folder.replace('/', '.'), p -> new ArrayList<>())
                        .add(file.getValue());
            }
            packages = found;
        }
        return found;
    }

    private void collect(Path root, Map<String, SourceFile> into) throws IOException {
        if (Files.isDirectory(root)) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(f -> f.toString().endsWith(ENDING))
                        .sorted()
                        .toList()) {
                    try (InputStream in = Files.newInputStream(file)) {
                        add(root.relativize(file).toString(), shown(file), in, into);
                    }
                }
            }
        } else if (Files.isRegularFile(root) && root.toString().endsWith(".jar")) {
            try (ZipFile jar = new ZipFile(root.toFile())) {
                List<? extends ZipEntry> entries = jar.stream()
                        .filter(e -> e.getName().endsWith(ENDING))
                        .sorted((a, b) -> a.getName().compareTo(b.getName()))
                        .toList();
                for (ZipEntry entry : entries) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        add(entry.getName(), root.getFileName() + "!/" + entry.getName(), in, into);
                    }
                }
            }
        }
    }

    private String shown(Path file) {
        return (file.startsWith(base) ? base.relativize(file) : file).toString().replace('\\', '/');
    }

    private static void add(String path, String name, InputStream in, Map<String, SourceFile> into) throws IOException {
        String place = path.replace('\\', '/');
        if (place.contains("/") && !into.containsKey(place)) { // what has no package cannot be imported
            // Bytes that are no text become U+FFFD, which the compiler reports where they stand.
            into.put(place, new SourceFile(name, new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8)));
        }
    }
}
