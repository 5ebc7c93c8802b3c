package dev.striate.runtime.backend.cpu;

import dev.striate.runtime.backend.MissingLibraryException;
import java.util.Locale;

/**
 * OpenBLAS, which is loaded when somebody asks about it, or when the first kernel is bound that calls it: that takes some
 * 0.2 s, of which nets without such kernels know nothing.
 */
final class Library {
    private Library() {}

    /** What came of loading it, found out once: the second attempt would not tell the cause. */
    private record Loaded(String description, String failure) {
        static final Loaded RESULT = load();

        private static Loaded load() {
            try {
                return new Loaded(OpenBlas.description(), "");
            } catch (LinkageError e) {
                Throwable cause = e;
                while (cause.getCause() != null) {
                    cause = cause.getCause();
                }
                return new Loaded("", cause.getClass().getSimpleName() + ": " + cause.getMessage());
            }
        }
    }

    /**
     * Loads the library.
     *
     * @throws MissingLibraryException when it cannot be loaded; the message says why
     */
    static void require() {
        if (!Loaded.RESULT.failure.isEmpty()) {
            throw new MissingLibraryException("OpenBLAS cannot be loaded: " + Loaded.RESULT.failure);
        }
    }

    /**
     * Loads the library, unless it lies on the class path for this system: then it is loaded when it is needed.
     *
     * @throws MissingLibraryException when it cannot be loaded; the message says why
     */
    static void requireOnClassPath() {
        if (Library.class.getResource("/org/bytedeco/openblas/" + platform() + "/") == null) {
            require();
        }
    }

    /** Version and micro-kernels, such as {@code OpenBLAS 0.3.31, Haswell}. */
    static String description() {
        require();
        return Loaded.RESULT.description;
    }

    /** What JavaCPP calls the system. */
    private static String platform() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return (os.startsWith("mac") ? "macosx" : os.startsWith("windows") ? "windows" : "linux")
                + (arch.equals("aarch64") ? "-arm64" : "-x86_64");
    }
}
