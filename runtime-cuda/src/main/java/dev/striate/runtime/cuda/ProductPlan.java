package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Blas;
import dev.striate.runtime.cuda.kernel.Call;

/**
 * A product of row-major matrices by a library that knows columns only: what lies in rows there is the transposed in columns, so
 * {@code c = a b} is computed as {@code c' = b' a'}. The bias of a column of c is then that of a row.
 */
final class ProductPlan implements LibraryPlan {
    private final Blas blas;
    private final long prepared;

    /** With factors of float32 perhaps rounded to TF32. */
    ProductPlan(Blas blas, Call.Product p, boolean rounds) {
        this.blas = blas;
        this.prepared = blas.prepare(new Blas.Product(
                p.n(), p.m(), p.k(), p.element(), rounds, p.transposeB(), p.transposeA(), p.bias() >= 0, p.relu()));
    }

    @Override
    public long workspace() {
        return blas.workspace(prepared);
    }

    @Override
    public void run(long first, long second, long bias, long result, long scratch, long stream) {
        blas.multiply(prepared, second, first, bias, result, scratch, stream);
    }

    @Override
    public void close() {
        blas.free(prepared);
    }
}
