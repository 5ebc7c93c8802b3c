package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * The native library: unpacked and loaded by JavaCPP, called through {@code java.lang.foreign} with plain addresses,
 * which allocates nothing and costs about 20 ns a call. Its own threads stay off, because their number is one for the
 * whole process; calls from several threads of ours at once are safe and independent of one another.
 *
 * <p>Initializing this class loads the library.
 */
@SuppressWarnings("restricted") // calling native code is what the class is for
final class OpenBlas {
    private static final int ROW_MAJOR = 101;
    private static final int NO_TRANSPOSE = 111;
    private static final int TRANSPOSE = 112;
    private static final long LONGEST_TEXT = 256;

    private static final SymbolLookup LIBRARY = load();
    private static final MethodHandle SGEMM = function(
            "cblas_sgemm",
            FunctionDescriptor.ofVoid(
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_FLOAT,
                    JAVA_LONG,
                    JAVA_INT,
                    JAVA_LONG,
                    JAVA_INT,
                    JAVA_FLOAT,
                    JAVA_LONG,
                    JAVA_INT));

    private static final MethodHandle SGEMV = function(
            "cblas_sgemv",
            FunctionDescriptor.ofVoid(
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_FLOAT,
                    JAVA_LONG,
                    JAVA_INT,
                    JAVA_LONG,
                    JAVA_INT,
                    JAVA_FLOAT,
                    JAVA_LONG,
                    JAVA_INT));

    private static final String DESCRIPTION = describe();

    private OpenBlas() {}

    /** Version and micro-kernels, such as {@code OpenBLAS 0.3.31, Haswell}. */
    static String description() {
        return DESCRIPTION;
    }

    /**
     * C += A B, or C = A B where {@code add} is false: single precision, row-major, with A of m x k, B of k x n, each
     * stored transposed where said. The caller answers for the extents.
     *
     * @param a address of A
     * @param lda elements from one stored row of A to the next
     */
    static void sgemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            long a,
            int lda,
            long b,
            int ldb,
            boolean add,
            long c,
            int ldc) {
        try {
            SGEMM.invokeExact(
                    ROW_MAJOR,
                    transA ? TRANSPOSE : NO_TRANSPOSE,
                    transB ? TRANSPOSE : NO_TRANSPOSE,
                    m,
                    n,
                    k,
                    1f,
                    a,
                    lda,
                    b,
                    ldb,
                    add ? 1f : 0f,
                    c,
                    ldc);
        } catch (Throwable e) {
            throw new AssertionError("a native function throws nothing", e);
        }
    }

    /**
     * y += A x, or y = A x where {@code add} is false, with y contiguous: single precision, row-major, with A of m x n
     * as it is stored, which is transposed where said. The caller answers for the extents.
     *
     * @param a address of A
     * @param lda elements from one row of A to the next
     * @param incx elements from one of x to the next
     */
    static void sgemv(boolean transA, int m, int n, long a, int lda, long x, int incx, boolean add, long y) {
        try {
            SGEMV.invokeExact(
                    ROW_MAJOR, transA ? TRANSPOSE : NO_TRANSPOSE, m, n, 1f, a, lda, x, incx, add ? 1f : 0f, y, 1);
        } catch (Throwable e) {
            throw new AssertionError("a native function throws nothing", e);
        }
    }

    private static SymbolLookup load() {
        // Loading the small preset brings the library in; its folder in JavaCPP's cache then tells the file, which has
        // the name of the preset. One with the plain name, which comes before it here, is another preset's copy.
        Path folder = Path.of(Loader.load(openblas_nolapack.class)).resolveSibling("");
        Pattern library = Pattern.compile("(lib)?openblas(_nolapack)?(\\.so\\.0|\\.0\\.dylib|\\.dll)");
        try (Stream<Path> files = Files.list(folder)) {
            Path file = files.filter(
                            f -> library.matcher(f.getFileName().toString()).matches())
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new IllegalStateException("JavaCPP unpacked no OpenBLAS into " + folder));
            return SymbolLookup.libraryLookup(file, Arena.global());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A function of the library. */
    static MethodHandle function(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(LIBRARY.findOrThrow(name), type);
    }

    private static String describe() {
        try {
            function("openblas_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT))
                    .invokeExact(1);
            FunctionDescriptor text = FunctionDescriptor.of(
                    ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(LONGEST_TEXT, JAVA_BYTE)));
            MemorySegment config =
                    (MemorySegment) function("openblas_get_config", text).invokeExact();
            MemorySegment core =
                    (MemorySegment) function("openblas_get_corename", text).invokeExact();
            String[] words = config.getString(0).split(" ", -1);
            return words[0] + " " + words[1] + ", " + core.getString(0);
        } catch (Throwable e) {
            throw new AssertionError("a native function throws nothing", e);
        }
    }
}
