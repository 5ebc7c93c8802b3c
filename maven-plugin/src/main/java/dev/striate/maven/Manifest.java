package dev.striate.maven;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an earlier run generated, from what. As a file, after a first line with the format's version, it has a line
 * {@code source HASH NAME} for each source, followed by a line {@code import HASH PACKAGE} for each package that it was
 * compiled with and a line {@code output HASH PATH} for each of its files.
 *
 * @param entries one for each source
 */
record Manifest(List<Entry> entries) {
    private static final String HEADER = "striate manifest 2";

    /**
     * A source and its outputs.
     *
     * @param source its name, as messages show it
     * @param key the hash of all that decides what is generated from it
     * @param imports the hash of each imported package by its name
     * @param outputs the hash of each generated file by its path within the output folder
     */
    record Entry(String source, String key, Map<String, String> imports, Map<String, String> outputs) {}

    /**
     * Reads a manifest. One that is missing or damaged has no entries, so that everything is generated again.
     *
     * @throws IOException when the file is there and cannot be read
     */
    static Manifest read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new Manifest(List.of());
        }
        try {
            return parse(Files.readAllLines(file));
        } catch (MalformedInputException _) {
            return new Manifest(List.of());
        }
    }

    private static Manifest parse(List<String> lines) {
        List<Entry> entries = new ArrayList<>();
        boolean valid = !lines.isEmpty() && lines.getFirst().equals(HEADER);
        for (int i = 1; valid && i < lines.size(); i++) {
            String[] words = lines.get(i).split(" ", 3);
            if (words.length == 3 && words[0].equals("source")) {
                entries.add(new Entry(words[2], words[1], new TreeMap<>(), new TreeMap<>()));
            } else if (words.length == 3 && words[0].equals("import") && !entries.isEmpty()) {
                entries.getLast().imports().put(words[2], words[1]);
            } else if (words.length == 3 && words[0].equals("output") && !entries.isEmpty()) {
                entries.getLast().outputs().put(words[2], words[1]);
            } else {
                valid = false;
            }
        }
        return new Manifest(valid ? entries : List.of());
    }

    /**
     * Writes it, and the folders above.
     *
     * @throws IOException when that fails
     */
    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        for (Entry entry : entries) {
            lines.add("source " + entry.key() + " " + entry.source());
            entry.imports().forEach((name, hash) -> lines.add("import " + hash + " " + name));
            entry.outputs().forEach((path, hash) -> lines.add("output " + hash + " " + path));
        }
        Files.createDirectories(file.resolveSibling(""));
        Files.write(file, lines);
    }
}
