package dev.striate.compiler.source;

import java.util.List;

/**
 * Where imported packages come from: source roots, jars, the standard library. The compiler reads no files itself.
 */
public interface Library {
    /** A library without packages. */
    Library NONE = new Library() {
        @Override
        public List<SourceFile> files(String packageName) {
            return List.of();
        }

        @Override
        public List<String> packages() {
            return List.of();
        }
    };

    /** The files in the folder of a package such as {@code zoo.blocks}, sorted by name; empty when there is none. */
    List<SourceFile> files(String packageName);

    /** The names of all packages, for suggestions. */
    List<String> packages();
}
