package dev.striate.maven;

import dev.striate.compiler.Compilation;
import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.source.SourceFile;
import dev.striate.maven.Manifest.Entry;
import dev.striate.sources.SourceRoots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the classes of a folder of {@code .cnn} files up to date. A source is compiled when its text, its name or the
 * compiler has changed since the last run, or one of its outputs is not as it was left. What is known about the last run
 * stands in a manifest beside the output folder: {@code cnn.manifest} for {@code generated-sources/cnn}.
 *
 * <p>Sources are compiled first and files written afterwards, so that an error leaves all files as they are. Only files
 * that the manifest names are ever removed.
 */
final class Generator {
    /** A net of thousands of layers has less than a tenth of this. */
    private static final long MAX_BYTES = 4L << 20;

    private final Path base;
    private final Path sources;
    private final Path output;
    private final Path manifest;
    private final String compiler;
    private final SourceRoots library;

    private final List<Diagnostic> diagnostics = new ArrayList<>();
    private final List<String> compiled = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    /** The source of each output. */
    private final Map<String, String> owners = new HashMap<>();
    /** The text of each output that was generated in this run. */
    private final Map<String, byte[]> texts = new TreeMap<>();

    /**
     * Prepares one run.
     *
     * @param base the folder that the names of sources are relative to
     * @param sources the folder of the {@code .cnn} files; it need not exist
     * @param output the root of the generated packages
     * @param classPath where imports are found beside the sources themselves: jars and folders
     * @param compiler what identifies the compiler: with another one, everything is generated again
     */
    Generator(Path base, Path sources, Path output, List<Path> classPath, String compiler) {
        this.base = base;
        this.sources = sources;
        this.output = output;
        this.manifest = output.resolveSibling(output.getFileName() + ".manifest");
        this.compiler = compiler;
        List<Path> roots = new ArrayList<>(List.of(sources));
        roots.addAll(classPath);
        this.library = new SourceRoots(base, roots);
    }

    /**
     * Does it. Call it once.
     *
     * @throws IOException when a file cannot be read, written or removed
     */
    Generation run() throws IOException {
        Manifest before = Manifest.read(manifest);
        List<Path> files = Files.isDirectory(sources)
                ? Hashes.files(sources).stream()
                        .filter(f -> f.toString().endsWith(".cnn"))
                        .toList()
                : List.of();
        List<Path> changed = new ArrayList<>();
        for (Path file : files) {
            if (!keep(file, before)) {
                changed.add(file);
            }
        }
        for (Path file : changed) {
            compile(file);
        }
        Generation planned = new Generation(diagnostics, files.size(), compiled, List.of(), List.of());
        if (planned.errors() > 0) {
            return planned;
        }
        // In this order a run that is cut short leaves nothing that the next one would not find and mend.
        List<String> removed = removeStale(before);
        if (!before.entries().equals(entries)) {
            new Manifest(entries).write(manifest);
        }
        return new Generation(diagnostics, files.size(), compiled, write(), removed);
    }

    /** Whether the file is up to date; its entry is then taken over. */
    private boolean keep(Path file, Manifest before) throws IOException {
        String name = name(file);
        String key = key(name, read(file));
        for (Entry entry : before.entries()) {
            if (entry.source().equals(name) && entry.key().equals(key) && isIntact(entry) && hasSameImports(entry)) {
                entries.add(entry);
                entry.outputs().keySet().forEach(path -> owners.put(path, name));
                return true;
            }
        }
        return false;
    }

    private boolean hasSameImports(Entry entry) {
        return entry.imports().entrySet().stream()
                .allMatch(i -> packageHash(i.getKey()).equals(i.getValue()));
    }

    private String packageHash(String packageName) {
        byte[][] texts = library.files(packageName).stream()
                .flatMap(f -> Stream.of(f.name(), f.text()))
                .map(Hashes::utf8)
                .toArray(byte[][]::new);
        return Hashes.of(texts);
    }

    private boolean isIntact(Entry entry) throws IOException {
        for (Map.Entry<String, String> out : entry.outputs().entrySet()) {
            Path file = output.resolve(out.getKey());
            if (!Files.isRegularFile(file)
                    || !Hashes.of(Files.readAllBytes(file)).equals(out.getValue())) {
                return false;
            }
        }
        return true;
    }

    private void compile(Path file) throws IOException {
        String name = name(file);
        byte[] bytes = read(file);
        compiled.add(name);
        SourceFile source = decode(name, bytes);
        if (source == null) {
            return;
        }
        Compilation compilation = Compiler.compile(source, library);
        diagnostics.addAll(compilation.diagnostics().sorted());
        Map<String, String> outputs = new TreeMap<>();
        for (CompiledNet net : compilation.nets()) {
            String other = owners.putIfAbsent(net.javaPath(), name);
            if (other != null) {
                diagnostics.add(duplicate(net, other));
            }
            byte[] java = Hashes.utf8(net.java());
            texts.put(net.javaPath(), java);
            outputs.put(net.javaPath(), Hashes.of(java));
        }
        Map<String, String> imports = new TreeMap<>();
        compilation.imports().forEach(p -> imports.put(p, packageHash(p)));
        entries.add(new Entry(name, key(name, bytes), imports, outputs));
    }

    /** At the first statement of the net, the nearest place that the compiled net knows. */
    private static Diagnostic duplicate(CompiledNet net, String other) {
        return Diagnostic.error(
                        Code.DUPLICATE_NAME,
                        net.model().graph().nodes().getFirst().origin().span(),
                        "the net " + net.qualifiedName() + " is declared in " + other + " too")
                .fix("give one of the two another name or package")
                .build();
    }

    private String name(Path file) {
        Path shown = file.startsWith(base) ? base.relativize(file) : file;
        return shown.toString().replace('\\', '/');
    }

    private String key(String name, byte[] text) {
        return Hashes.of(Hashes.utf8(compiler), Hashes.utf8(name), text);
    }

    /** The bytes, cut off soon after the limit that {@link #decode} checks. */
    private static byte[] read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes((int) MAX_BYTES + 1);
        }
    }

    /** The text, or null after a diagnostic about bytes that are none. */
    private @Nullable SourceFile decode(String name, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            SourceFile empty = new SourceFile(name, "");
            diagnostics.add(
                    Diagnostic.error(Code.TOO_LARGE, empty.span(0, 0), "the file has more than " + MAX_BYTES + " bytes")
                            .fix("move nets into files of their own")
                            .build());
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        boolean malformed = decoder.decode(in, text, true).isError();
        SourceFile source = new SourceFile(name, text.flip().toString());
        if (malformed) {
            int end = source.text().length();
            diagnostics.add(Diagnostic.error(Code.NOT_TEXT, source.span(end, end), "what follows here is not UTF-8")
                    .fix("save the file as UTF-8")
                    .build());
        }
        return malformed ? null : source;
    }

    private List<String> removeStale(Manifest before) throws IOException {
        List<String> removed = new ArrayList<>();
        for (Entry entry : before.entries()) {
            for (String path : entry.outputs().keySet()) {
                Path file = output.resolve(path).normalize();
                // A damaged manifest must not reach outside of the folder.
                if (!owners.containsKey(path) && file.startsWith(output) && Files.deleteIfExists(file)) {
                    removed.add(path);
                    removeEmptyFolders(file.resolveSibling(""));
                }
            }
        }
        return removed;
    }

    private void removeEmptyFolders(Path lowest) throws IOException {
        for (Path folder = lowest; folder != null && !folder.equals(output); folder = folder.getParent()) {
            try {
                Files.delete(folder);
            } catch (DirectoryNotEmptyException _) {
                return;
            }
        }
    }

    /** Writes what has changed; equal files keep their dates, so that nothing is compiled because of them. */
    private List<String> write() throws IOException {
        List<String> written = new ArrayList<>();
        for (Map.Entry<String, byte[]> text : texts.entrySet()) {
            Path file = output.resolve(text.getKey());
            if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), text.getValue())) {
                Files.createDirectories(file.resolveSibling(""));
                Files.write(file, text.getValue());
                written.add(text.getKey());
            }
        }
        return written;
    }
}
