package dev.striate.tests;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The classes that tests need, found without running them: what is missing shows where there is no device. */
final class DeviceClasses {
    private static final String OWN = DeviceClasses.class.getPackageName() + ".";

    private DeviceClasses() {}

    /**
     * Initialises tests and what of their package they lead to, and loads all that these name.
     *
     * @param tests names of classes
     * @return a line for each class that is missing or cannot be initialised
     * @throws IOException when a class cannot be read
     */
    static List<String> missing(ClassLoader loader, Collection<String> tests) throws IOException {
        List<String> missing = new ArrayList<>();
        Deque<String> open = new ArrayDeque<>(tests);
        Set<String> seen = new HashSet<>(tests);
        while (!open.isEmpty()) {
            String name = open.remove();
            try {
                Class.forName(name, name.startsWith(OWN), loader);
            } catch (ClassNotFoundException | LinkageError e) {
                missing.add(name + ": " + e);
                continue;
            }
            if (name.startsWith(OWN)) {
                named(loader, name).stream().filter(seen::add).forEach(open::add);
            }
        }
        return missing;
    }

    /** The classes that a class names, arrays apart. */
    private static List<String> named(ClassLoader loader, String name) throws IOException {
        try (InputStream in = loader.getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new IOException(name + " was loaded from nowhere");
            }
            List<String> names = new ArrayList<>();
            ClassFile.of().parse(in.readAllBytes()).constantPool().forEach(entry -> {
                if (entry instanceof ClassEntry c && !c.asInternalName().startsWith("[")) {
                    names.add(c.asInternalName().replace('/', '.'));
                }
            });
            return names;
        }
    }
}
