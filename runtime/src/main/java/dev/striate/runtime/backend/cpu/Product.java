package dev.striate.runtime.backend.cpu;

/**
 * Products of parts of two matrices, into or onto parts of a third. Every part is checked against the memory it lies in.
 *
 * @param a the left operand
 * @param b the right operand
 * @param c the result, not transposed
 */
record Product(Matrix a, Matrix b, Matrix c) {
    /** Loads OpenBLAS when this is the first. */
    Product {
        Library.require();
    }

    /** C = A B for A of m x k and B of k x n, whose parts begin at the given elements. */
    void set(int m, int n, int k, long aOffset, long bOffset, long cOffset) {
        multiply(m, n, k, aOffset, bOffset, cOffset, false);
    }

    /** C += A B; see {@link #set}. */
    void add(int m, int n, int k, long aOffset, long bOffset, long cOffset) {
        multiply(m, n, k, aOffset, bOffset, cOffset, true);
    }

    /** A block of C = A B, with A's and B's depth of {@code k}. */
    void setAt(int row, int rows, int column, int columns, int k) {
        set(rows, columns, k, a.offset(row, 0), b.offset(0, column), c.offset(row, column));
    }

    /** A block of C += A B; see {@link #setAt}. */
    void addAt(int row, int rows, int column, int columns, int k) {
        add(rows, columns, k, a.offset(row, 0), b.offset(0, column), c.offset(row, column));
    }

    private void multiply(int m, int n, int k, long aOffset, long bOffset, long cOffset, boolean add) {
        long left = a.address(aOffset, m, k);
        long right = b.address(bOffset, k, n);
        long result = c.address(cOffset, m, n);
        if (m == 1) { // as wide as memory is fast; as a product of matrices it would spend its time on packing B
            int rows = b.transposed() ? n : k;
            int columns = b.transposed() ? k : n;
            int step = a.transposed() ? a.stride() : 1;
            OpenBlas.sgemv(!b.transposed(), rows, columns, right, b.stride(), left, step, add, result);
        } else {
            OpenBlas.sgemm(
                    a.transposed(),
                    b.transposed(),
                    m,
                    n,
                    k,
                    left,
                    a.stride(),
                    right,
                    b.stride(),
                    add,
                    result,
                    c.stride());
        }
    }
}
