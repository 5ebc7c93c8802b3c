package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Blas;
import dev.striate.runtime.cuda.kernel.Call;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A product of row-major matrices by a library that knows columns only: what lies in rows there is the transposed in columns, so
 * {@code c = a b} is computed as {@code c' = b' a'}. The bias of a column of c is then that of a row.
 */
final class ProductPlan implements LibraryPlan {
    /** How many ways are asked for where they are measured. */
    private static final int WAYS = 8;

    /** What the library asks of the address of scratch memory, in bytes; the arena's are multiples of less. */
    private static final int ALIGNMENT = 256;

    /** What a way may take at most, in bytes: what NVIDIA recommends for Hopper. */
    private static final long MOST_WORKSPACE = 32 << 20;

    /** What kernels load at once at most, in bytes; the arena's addresses are multiples of more. */
    private static final int WHOLE = 16;

    private static final Blas.Alignment ALIGNED = new Blas.Alignment(WHOLE, WHOLE, WHOLE);

    private final Blas blas;
    private final Blas.Product product;
    private final boolean bias;
    private final boolean inPlace;
    /** In the order of the library, each named by its number. */
    private final List<Long> prepared;

    /** For parameters, and gradients of them, that begin at any number: the library's first way, prepared when it is needed. */
    private final Map<Blas.Alignment, Long> loose = new HashMap<>();

    private int taken;

    /**
     * With factors of float32 perhaps rounded to TF32.
     *
     * @param deterministic whether only ways are asked for that give the same bits every time
     * @param measures whether more than one way is asked for
     */
    ProductPlan(Blas blas, Call.Product p, boolean rounds, boolean deterministic, boolean measures) {
        this.blas = blas;
        this.inPlace = !deterministic;
        this.bias = p.bias() >= 0;
        this.product = new Blas.Product(
                p.n(), p.m(), p.k(), p.element(), rounds, p.transposeB(), p.transposeA(), bias, p.relu());
        this.prepared = blas.prepare(product, ALIGNED, new Blas.Limits(MOST_WORKSPACE, inPlace), measures ? WAYS : 1);
    }

    @Override
    public String description() {
        return product.toString();
    }

    @Override
    public List<String> ways() {
        return IntStream.range(0, prepared.size()).mapToObj(Integer::toString).toList();
    }

    @Override
    public void take(String way) {
        taken = Integer.parseInt(way);
    }

    @Override
    public long[] operands() {
        long m = product.m();
        long n = product.n();
        long k = product.k();
        int bytes = product.element().bytes();
        return new long[] {bytes * n * k, bytes * m * k, bias ? Float.BYTES * m : 0, 0, Float.BYTES * m * n};
    }

    /** For matrices the library is told where they begin; of a bias it cannot be. */
    @Override
    public List<Integer> packed() {
        return List.of(2);
    }

    @Override
    public long workspace() {
        long bytes = blas.workspace(prepared.get(taken));
        return bytes == 0 ? 0 : bytes + ALIGNMENT - 1;
    }

    @Override
    public void run(long first, long second, long at, long addend, long result, long scratch, long stream) {
        long way = way(second, first, result);
        long aligned = blas.workspace(way) == 0 ? 0 : Math.ceilDiv(scratch, ALIGNMENT) * ALIGNMENT;
        blas.multiply(way, second, first, at, result, aligned, stream);
    }

    /** There is no more scratch memory than the way takes that was planned with. */
    private long way(long a, long b, long d) {
        long planned = prepared.get(taken);
        if (ALIGNED.holds(a, b, d)) {
            return planned;
        }
        Blas.Alignment now = new Blas.Alignment(alignment(a), alignment(b), alignment(d));
        Blas.Limits limits = new Blas.Limits(blas.workspace(planned), inPlace);
        return loose.computeIfAbsent(
                now, l -> blas.prepare(product, l, limits, 1).getFirst());
    }

    private static int alignment(long address) {
        return address % WHOLE == 0 ? WHOLE : Float.BYTES;
    }

    @Override
    public void close() {
        prepared.forEach(blas::free);
        loose.values().forEach(blas::free);
    }
}
