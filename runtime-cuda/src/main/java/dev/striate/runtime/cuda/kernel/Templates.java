package dev.striate.runtime.cuda.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The CUDA C files of this module. A file is sections, each begun by a line {@code //: name}; in a section, names in capitals
 * stand for what a {@link Source} declares.
 */
final class Templates {
    private static final List<String> FILES = List.of(
            "elements", "conv", "pooling", "lines", "norms", "channels", "losses", "updates", "totals", "augment");
    private static final String PRELUDE = read("prelude");
    private static final Map<String, String> SECTIONS = sections();

    private Templates() {}

    /** What stands before all kernels of a module. */
    static String prelude() {
        return PRELUDE;
    }

    /** A section by its name. */
    static String section(String name) {
        String text = SECTIONS.get(name);
        if (text == null) {
            throw new IllegalArgumentException("there is no section " + name);
        }
        return text;
    }

    private static Map<String, String> sections() {
        Map<String, String> sections = new HashMap<>();
        for (String file : FILES) {
            for (String part : read(file).split("(?m)^//: ", -1)) {
                int end = part.indexOf('\n');
                if (end > 0) {
                    sections.put(part.substring(0, end).strip(), part.substring(end + 1));
                }
            }
        }
        return sections;
    }

    private static String read(String file) {
        String path = "/dev/striate/runtime/cuda/kernels/" + file + ".cu";
        try (InputStream in = Templates.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
