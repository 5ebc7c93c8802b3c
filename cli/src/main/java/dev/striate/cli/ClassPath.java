package dev.striate.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** Where the standard library is, and whatever was added to it: the folders and jars of the class path. */
public final class ClassPath {
    private ClassPath() {}

    /** The entries in their order, each followed by those that its manifest names, as those of {@code java -jar} are. */
    public static List<Path> entries() {
        return of(System.getProperty("java.class.path", ""));
    }

    /** The same for a class path as it is written. */
    static List<Path> of(String classPath) {
        List<Path> entries = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            if (!entry.isEmpty()) {
                Path path = Path.of(entry);
                entries.add(path);
                entries.addAll(named(path));
            }
        }
        return entries;
    }

    private static List<Path> named(Path jar) {
        if (!Files.isRegularFile(jar)) {
            return List.of();
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String path = manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            List<Path> named = new ArrayList<>();
            for (String relative : path == null ? new String[0] : path.split(" ", -1)) {
                if (!relative.isEmpty()) {
                    named.add(jar.toAbsolutePath().resolveSibling(relative));
                }
            }
            return named;
        } catch (IOException _) {
            return List.of(); // no jar, which the virtual machine passes over as well
        }
    }
}
