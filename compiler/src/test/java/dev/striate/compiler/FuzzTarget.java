package dev.striate.compiler;

import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.diag.Label;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.format.Formatter;
import dev.striate.compiler.source.Library;
import dev.striate.compiler.source.SourceFile;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What Jazzer calls with texts of its own making: nothing that is compiled may end in anything but messages or Java, say a
 * thing twice, point outside of the text, or take for ever. {@link FuzzTest} starts it.
 */
public final class FuzzTarget {
    private static final String PARTS = """
            package zoo.parts
            block Twice(x, c: int = 8) { x -> conv(c, 3, pad=1) -> relu -> conv(c, 3, pad=1) }
            block Pair(a, b) { output sum = a + b  output difference = a - b }
            net Small { input image: f32[N, 3, H, W]  image -> Twice -> output y }
            """;

    /** A package from which fuzzed files can import. */
    private static final Library LIBRARY = new Library() {
        @Override
        public List<SourceFile> files(String packageName) {
            return packageName.equals("zoo.parts") ? List.of(new SourceFile("parts.cnn", PARTS)) : List.of();
        }

        @Override
        public List<String> packages() {
            return List.of("zoo.parts");
        }
    };

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final double SECONDS_PER_CHARACTER = 1e-5;
    private static final double LARGEST_NET_SECONDS = 3;

    private record Said(Object code, String message, Object span) {}

    private FuzzTarget() {}

    /** Checks a text. */
    public static void fuzzerTestOneInput(byte[] data) {
        check(new SourceFile("fuzz.cnn", new String(data, StandardCharsets.UTF_8)));
    }

    /** Compiles, renders and formats {@code file}. */
    static void check(SourceFile file) {
        long start = THREADS.getCurrentThreadCpuTime();
        List<Diagnostic> said = Compiler.compile(file, LIBRARY).diagnostics().sorted();
        new TextRenderer(false).render(said);
        double seconds = (THREADS.getCurrentThreadCpuTime() - start) * 1e-9;
        Formatter.format(file, new Diagnostics());
        Set<Said> once = new HashSet<>();
        for (Diagnostic d : said) {
            if (!once.add(new Said(d.code(), d.message(), d.span()))) {
                throw new IllegalStateException("said twice: " + d);
            }
            inFile(d, d.span().file(), file);
            for (Label label : d.related()) {
                inFile(d, label.span().file(), file);
            }
        }
        // A short text can be a net of 40,000 layers, where the compiler stops; Jazzer makes all of it a few times
        // slower.
        double allowed =
                LARGEST_NET_SECONDS + SECONDS_PER_CHARACTER * file.text().length();
        if (seconds > allowed) {
            throw new IllegalStateException("took " + seconds + " s");
        }
    }

    private static void inFile(Diagnostic d, SourceFile place, SourceFile file) {
        if (place != file && !place.name().equals("parts.cnn")) {
            throw new IllegalStateException("points into another file: " + d);
        }
    }
}
