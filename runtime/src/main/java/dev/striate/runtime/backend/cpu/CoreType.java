package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which micro-kernels OpenBLAS is told to use. It chooses by a list of processors, and takes those of AMD that are newer
 * than the list (Zen 5, family 26) for a Haswell: its AVX2 kernels reach half the speed of the AVX-512 ones there, and
 * the small-matrix kernels that only the latter have are several times as fast. The variable {@code OPENBLAS_CORETYPE}
 * overrides the choice; one that the user has set stands.
 */
@SuppressWarnings("restricted") // Java itself cannot set an environment variable
final class CoreType {
    private static final String VARIABLE = "OPENBLAS_CORETYPE";
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final Pattern FAMILY = Pattern.compile("(?m)^cpu family\\s*:\\s*(\\d+)$");
    private static final int FIRST_UNLISTED_FAMILY = 26;

    private CoreType() {}

    /** Sets the variable where that helps; has an effect only before the library is loaded. */
    static void preferWideVectors() {
        if (System.getenv(VARIABLE) != null || !Files.isReadable(PROCESSORS)) {
            return;
        }
        try {
            Optional<String> better = betterFor(Files.readString(PROCESSORS));
            if (better.isPresent()) {
                setEnvironment(VARIABLE, better.get());
            }
        } catch (IOException e) {
            // Without the list of processors OpenBLAS's own choice stands, which is slower at worst.
        }
    }

    /** A better core type than OpenBLAS would choose, for the text of {@code /proc/cpuinfo}. */
    static Optional<String> betterFor(String processors) {
        Matcher family = FAMILY.matcher(processors);
        boolean unlisted = processors.contains("AuthenticAMD")
                && family.find()
                && Integer.parseInt(family.group(1)) >= FIRST_UNLISTED_FAMILY;
        boolean wide = Pattern.compile("\\bavx512dq\\b").matcher(processors).find()
                && Pattern.compile("\\bavx512bw\\b").matcher(processors).find()
                && Pattern.compile("\\bavx512vl\\b").matcher(processors).find();
        return unlisted && wide ? Optional.of("SkylakeX") : Optional.empty();
    }

    private static void setEnvironment(String name, String value) {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            var _ = (int) linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("setenv"),
                            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT))
                    .invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
        } catch (Throwable e) {
            throw new AssertionError("a native function throws nothing", e);
        }
    }
}
