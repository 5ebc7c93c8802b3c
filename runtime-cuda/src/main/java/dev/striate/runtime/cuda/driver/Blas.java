package dev.striate.runtime.cuda.driver;

import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.cuda.kernel.Element;
import java.util.List;

/**
 * The calls of cuBLASLt: products of matrices, column by column as the library has it. All methods throw
 * {@link RefusedException} with the library's reason where it does not do something, and another {@link DeviceException} when a call fails.
 */
public interface Blas {
    /**
     * A product {@code d = op(a) op(b)} of {@code [m, k]} and {@code [k, n]}, all column-major.
     *
     * @param m rows of d
     * @param n columns of d
     * @param k what is summed over
     * @param element what a and b consist of; d and the bias are float32
     * @param rounds whether factors of float32 may be rounded to TF32, of 11 bits
     * @param transposeA whether a is stored as {@code [k, m]}
     * @param transposeB whether b is stored as {@code [n, k]}
     * @param bias whether a number for each row of d is added
     * @param relu whether what is below 0 becomes 0
     */
    record Product(
            int m,
            int n,
            int k,
            Element element,
            boolean rounds,
            boolean transposeA,
            boolean transposeB,
            boolean bias,
            boolean relu) {
        /** From one column of a as it is stored to the next. */
        public int strideA() {
            return transposeA ? k : m;
        }

        /** From one column of b as it is stored to the next. */
        public int strideB() {
            return transposeB ? n : k;
        }
    }

    /**
     * What the addresses of matrices are multiples of, in bytes: the more, the faster are the kernels that can be taken.
     *
     * @param a of a
     * @param b of b
     * @param d of d
     */
    record Alignment(int a, int b, int d) {
        /** Whether addresses are such multiples. */
        public boolean holds(long atA, long atB, long atD) {
            return atA % a == 0 && atB % b == 0 && atD % d == 0;
        }
    }

    /**
     * What a way to compute a product may do.
     *
     * @param workspace the scratch memory that it may take, in bytes
     * @param inPlace whether parts of the sums may be added up where the result lies, one behind the other as they get done: the
     *     order may be another one each time, and so may the bits
     */
    record Limits(long workspace, boolean inPlace) {}

    /** The version of the library. */
    String version();

    /**
     * Prepares a product in the ways that the library's heuristics name.
     *
     * @param alignment what all operands will hold, whatever the way
     * @param limits what holds for all of them
     * @param most how many ways at most
     * @return handles, at least one, which {@link #free} frees; the one first that should be the fastest
     */
    List<Long> prepare(Product product, Alignment alignment, Limits limits, int most);

    /** The scratch memory that a product takes, in bytes. */
    long workspace(long prepared);

    /**
     * Computes a product.
     *
     * @param bias 0 where there is none
     * @param scratch a multiple of 256; 0 where the product takes none
     */
    void multiply(long prepared, long a, long b, long bias, long d, long scratch, long stream);

    /** Frees a prepared product. */
    void free(long prepared);
}
