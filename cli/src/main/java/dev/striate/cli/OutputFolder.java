package dev.striate.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.striate.compiler.CompiledNet;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.io.DataException;
import dev.striate.runtime.io.OutputFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a training run leaves its results.
 *
 * @param folder made when something is written
 */
record OutputFolder(Path folder) {
    /** {@code out/digits} for {@code examples/digits.cnn}. */
    static OutputFolder defaultFor(Path source) {
        String name = String.valueOf(source.getFileName());
        return new OutputFolder(Path.of("out", name.endsWith(".cnn") ? name.substring(0, name.length() - 4) : name));
    }

    Path weights() {
        return folder.resolve("weights.safetensors");
    }

    /** Where the states of a run under way go. */
    Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    Path generated() {
        return folder.resolve("generated");
    }

    Path report() {
        return folder.resolve("report.json");
    }

    void write(Weights weights) throws IOException {
        makeFolder(folder);
        weights.save(weights());
    }

    void write(CompiledNet net) throws DataException {
        writeJava(net, generated());
    }

    void write(Map<String, Object> report) throws IOException {
        makeFolder(folder);
        writeFile(report(), new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
    }

    /** Writes the Java of a net into its package's folder under {@code root}; returns the file. */
    static Path writeJava(CompiledNet net, Path root) throws DataException {
        Path file = root.resolve(net.javaPath());
        makeFolder(file.resolveSibling(""));
        writeFile(file, net.java());
        return file;
    }

    private static void writeFile(Path file, String text) throws DataException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        OutputFile.replace(file, out -> out.write(MemorySegment.ofArray(bytes)));
    }

    /** Makes a folder where there is none. */
    static void makeFolder(Path path) throws DataException {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw DataException.because(path, "the folder cannot be made", e);
        }
    }
}
