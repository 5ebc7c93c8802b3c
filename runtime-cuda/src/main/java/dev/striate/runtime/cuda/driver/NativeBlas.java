package dev.striate.runtime.cuda.driver;

import dev.striate.runtime.cuda.kernel.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulPreferenceOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/** cuBLASLt, with algorithms that its heuristics name. */
final class NativeBlas implements Blas {
    /** Whose alignment is stated: the library takes 256 bytes for granted where nothing is said. */
    private static final List<Integer> MATRICES = List.of(
            cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES,
            cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
            cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES,
            cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES);

    /** A product with all that the library wants to know of it. */
    private record Prepared(
            cublasLtMatmulDescOpaque_t product,
            cublasLtMatrixLayoutOpaque_t a,
            cublasLtMatrixLayoutOpaque_t b,
            cublasLtMatrixLayoutOpaque_t d,
            cublasLtMatmulHeuristicResult_t found)
            implements AutoCloseable {
        @Override
        public void close() {
            product.close();
            a.close();
            b.close();
            d.close();
            found.close();
        }
    }

    private final cublasLtContext library = new cublasLtContext();
    private final FloatPointer one = new FloatPointer(1f);
    private final FloatPointer zero = new FloatPointer(0f);
    private final Map<Long, Prepared> all = new ConcurrentHashMap<>();
    private final AtomicLong handles = new AtomicLong();

    /** Opens the library. */
    NativeBlas() {
        check("cublasLtCreate", cublas.cublasLtCreate(library));
    }

    private static void check(String call, int status) {
        Natives.check(call, status, meaning(status), cublas::cublasGetStatusString);
    }

    /** What a status says. */
    static Natives.Meaning meaning(int status) {
        return switch (status) {
            case cublas.CUBLAS_STATUS_INVALID_VALUE,
                    cublas.CUBLAS_STATUS_ARCH_MISMATCH,
                    cublas.CUBLAS_STATUS_NOT_SUPPORTED -> Natives.Meaning.REFUSED;
            case cublas.CUBLAS_STATUS_ALLOC_FAILED -> Natives.Meaning.NO_MEMORY;
            default -> Natives.Meaning.OTHER;
        };
    }

    private static CUstream_st stream(long handle) {
        return new CUstream_st(Natives.pointer(handle));
    }

    @Override
    public String version() {
        return "cuBLASLt " + cublas.cublasLtGetVersion();
    }

    @Override
    public List<Long> prepare(Product p, Alignment alignment, Limits limits, int most) {
        List<Long> prepared = new ArrayList<>();
        try (Prepared whole = describe(p);
                cublasLtMatmulHeuristicResult_t found = new cublasLtMatmulHeuristicResult_t(most)) {
            int count = find(whole, alignment, limits, found, most);
            for (int i = 0; i < count; i++) {
                Prepared way = describe(p);
                cublasLtMatmulHeuristicResult_t algorithm = found.getPointer(i);
                way.found.algo(algorithm.algo()).workspaceSize(algorithm.workspaceSize());
                long handle = handles.incrementAndGet();
                all.put(handle, way);
                prepared.add(handle);
            }
        }
        return prepared;
    }

    private static Prepared describe(Product p) {
        cublasLtMatmulDescOpaque_t product = new cublasLtMatmulDescOpaque_t();
        int arithmetic = p.rounds() && p.element() == Element.FLOAT32
                ? cublas.CUBLAS_COMPUTE_32F_FAST_TF32
                : cublas.CUBLAS_COMPUTE_32F;
        check("cublasLtMatmulDescInit", cublas.cublasLtMatmulDescInit(product, arithmetic, cudart.CUDA_R_32F));
        set(product, cublas.CUBLASLT_MATMUL_DESC_TRANSA, p.transposeA() ? cublas.CUBLAS_OP_T : cublas.CUBLAS_OP_N);
        set(product, cublas.CUBLASLT_MATMUL_DESC_TRANSB, p.transposeB() ? cublas.CUBLAS_OP_T : cublas.CUBLAS_OP_N);
        set(product, cublas.CUBLASLT_MATMUL_DESC_EPILOGUE, epilogue(p));
        return new Prepared(
                product,
                matrix(p.element(), p.m(), p.k(), p.transposeA()),
                matrix(p.element(), p.k(), p.n(), p.transposeB()),
                matrix(Element.FLOAT32, p.m(), p.n(), false),
                new cublasLtMatmulHeuristicResult_t());
    }

    private static int epilogue(Product p) {
        if (p.bias()) {
            return p.relu() ? cublas.CUBLASLT_EPILOGUE_RELU_BIAS : cublas.CUBLASLT_EPILOGUE_BIAS;
        }
        return p.relu() ? cublas.CUBLASLT_EPILOGUE_RELU : cublas.CUBLASLT_EPILOGUE_DEFAULT;
    }

    private static void set(cublasLtMatmulDescOpaque_t product, int attribute, int value) {
        try (IntPointer number = new IntPointer(new int[] {value})) {
            check(
                    "cublasLtMatmulDescSetAttribute",
                    cublas.cublasLtMatmulDescSetAttribute(product, attribute, number, Integer.BYTES));
        }
    }

    /** A matrix as it is stored, without gaps between its columns. */
    private static cublasLtMatrixLayoutOpaque_t matrix(Element element, int rows, int columns, boolean transposed) {
        cublasLtMatrixLayoutOpaque_t layout = new cublasLtMatrixLayoutOpaque_t();
        int storedRows = transposed ? columns : rows;
        int storedColumns = transposed ? rows : columns;
        int type = switch (element) {
            case FLOAT32 -> cudart.CUDA_R_32F;
            case BFLOAT16 -> cudart.CUDA_R_16BF;
            case FLOAT16 -> cudart.CUDA_R_16F;
        };
        check(
                "cublasLtMatrixLayoutInit",
                cublas.cublasLtMatrixLayoutInit(layout, type, storedRows, storedColumns, storedRows));
        return layout;
    }

    /** Asks for at most so many algorithms; how many there are. */
    private int find(Prepared p, Alignment alignment, Limits limits, cublasLtMatmulHeuristicResult_t found, int most) {
        int[] count = new int[1];
        int[] alignments = {alignment.a(), alignment.b(), alignment.d(), alignment.d()};
        try (cublasLtMatmulPreferenceOpaque_t preference = new cublasLtMatmulPreferenceOpaque_t();
                LongPointer workspace = new LongPointer(new long[] {limits.workspace()});
                IntPointer number = new IntPointer(1)) {
            check("cublasLtMatmulPreferenceInit", cublas.cublasLtMatmulPreferenceInit(preference));
            check(
                    "cublasLtMatmulPreferenceSetAttribute",
                    cublas.cublasLtMatmulPreferenceSetAttribute(
                            preference, cublas.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, workspace, Long.BYTES));
            prefer(preference, cublas.CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, number, reductions(limits));
            for (int i = 0; i < alignments.length; i++) {
                prefer(preference, MATRICES.get(i), number, alignments[i]);
            }
            check(
                    "cublasLtMatmulAlgoGetHeuristic",
                    cublas.cublasLtMatmulAlgoGetHeuristic(
                            library, p.product, p.a, p.b, p.d, p.d, preference, most, found, count));
        }
        if (count[0] == 0) {
            throw new RefusedException("cuBLASLt has no algorithm for a product");
        }
        return count[0];
    }

    private static void prefer(
            cublasLtMatmulPreferenceOpaque_t preference, int attribute, IntPointer number, int value) {
        number.put(value);
        check(
                "cublasLtMatmulPreferenceSetAttribute",
                cublas.cublasLtMatmulPreferenceSetAttribute(preference, attribute, number, Integer.BYTES));
    }

    /** How parts of sums may be brought together: outside of the result's place a kernel of its own does it, in one order. */
    static int reductions(Limits limits) {
        return limits.inPlace()
                ? cublas.CUBLASLT_REDUCTION_SCHEME_MASK
                : cublas.CUBLASLT_REDUCTION_SCHEME_MASK & ~cublas.CUBLASLT_REDUCTION_SCHEME_INPLACE;
    }

    private Prepared get(long prepared) {
        Prepared found = all.get(prepared);
        if (found == null) {
            throw new IllegalStateException("the product was freed");
        }
        return found;
    }

    @Override
    public long workspace(long prepared) {
        return get(prepared).found.workspaceSize();
    }

    @Override
    public void multiply(long prepared, long a, long b, long bias, long d, long scratch, long stream) {
        Prepared p = get(prepared);
        cublasLtMatmulAlgo_t algorithm = p.found.algo();
        Pointer result = Natives.pointer(d);
        synchronized (p.product) { // the bias's address is a part of the description
            if (bias != 0) {
                try (LongPointer address = new LongPointer(new long[] {bias})) {
                    check(
                            "cublasLtMatmulDescSetAttribute",
                            cublas.cublasLtMatmulDescSetAttribute(
                                    p.product, cublas.CUBLASLT_MATMUL_DESC_BIAS_POINTER, address, Long.BYTES));
                }
            }
            check(
                    "cublasLtMatmul",
                    cublas.cublasLtMatmul(
                            library,
                            p.product,
                            one,
                            Natives.pointer(a),
                            p.a,
                            Natives.pointer(b),
                            p.b,
                            zero,
                            result,
                            p.d,
                            result,
                            p.d,
                            algorithm,
                            Natives.pointer(scratch),
                            p.found.workspaceSize(),
                            stream(stream)));
        }
    }

    @Override
    public void free(long prepared) {
        get(prepared).close();
        all.remove(prepared);
    }
}
