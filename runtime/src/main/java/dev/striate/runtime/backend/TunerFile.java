package dev.striate.runtime.backend;

import static java.util.Objects.requireNonNull;

import dev.striate.runtime.io.OutputFile;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The names of the fastest kernels, in a file: a line with the setting, then one for each description, which a tab parts
 * from the name before it. Each setting has a file of its own.
 */
final class TunerFile {
    private static final Logger LOG = System.getLogger("dev.striate.runtime");

    private final Path file;
    private final String setting;
    private final Map<String, String> names = new TreeMap<>();

    /** Reads the file, if there is one; a file that is damaged counts as none, and one line of the log says so. */
    TunerFile(Path folder, String setting) {
        CRC32C hash = new CRC32C();
        hash.update(setting.getBytes(StandardCharsets.UTF_8));
        this.file = folder.resolve(String.format("%08x.txt", hash.getValue()));
        this.setting = setting;
        try {
            if (Files.exists(file)) {
                read(Files.readAllLines(file));
            }
        } catch (IOException e) {
            names.clear();
            LOG.log(Level.WARNING, file + " is not used, and kernels are measured anew: " + e.getMessage());
        }
    }

    private void read(List<String> lines) throws IOException {
        if (lines.isEmpty() || !lines.getFirst().equals(setting)) {
            throw new IOException("it does not begin with " + setting);
        }
        for (String line : lines.subList(1, lines.size())) {
            int tab = line.indexOf('\t');
            if (tab < 1) {
                throw new IOException("it has a line without a kernel: " + line);
            }
            names.put(line.substring(tab + 1), line.substring(0, tab));
        }
    }

    /** Where it is. */
    Path path() {
        return file;
    }

    /** The name of the kernel for a description; empty when none is known. */
    String get(String description) {
        return names.getOrDefault(description, "");
    }

    /** Keeps a name. Where that cannot be written, one line of the log says so. */
    void put(String description, String name) {
        names.put(description, name);
        StringBuilder text = new StringBuilder(setting).append('\n');
        names.forEach(
                (of, kernel) -> text.append(kernel).append('\t').append(of).append('\n'));
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        try {
            Files.createDirectories(requireNonNull(file.getParent()));
            OutputFile.replace(file, out -> out.write(MemorySegment.ofArray(bytes)));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "which kernels are the fastest will be measured again: " + e.getMessage());
        }
    }
}
