package dev.striate.tests;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.runtime.cuda.driver.Blas;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Products of column-major matrices in plain loops on this machine. */
final class HostBlas implements Blas {
    private final HostDriver driver;
    private final Map<Long, Product> products = new HashMap<>();
    private long handles;

    HostBlas(HostDriver driver) {
        this.driver = driver;
    }

    /** How many products have not been freed. */
    int open() {
        return products.size();
    }

    @Override
    public long prepare(Product product) {
        products.put(++handles, product);
        return handles;
    }

    @Override
    public long workspace(long prepared) {
        return 16;
    }

    @Override
    public void multiply(long prepared, long a, long b, long bias, long d, long scratch, long stream) {
        Product p = Objects.requireNonNull(products.get(prepared));
        driver.enqueue(() -> multiply(
                p,
                HostDriver.at(a, (long) Float.BYTES * p.m() * p.k()),
                HostDriver.at(b, (long) Float.BYTES * p.k() * p.n()),
                HostDriver.at(bias, (long) Float.BYTES * p.m()),
                HostDriver.at(d, (long) Float.BYTES * p.m() * p.n())));
    }

    private static void multiply(Product p, MemorySegment a, MemorySegment b, MemorySegment bias, MemorySegment d) {
        for (int row = 0; row < p.m(); row++) {
            for (int column = 0; column < p.n(); column++) {
                double sum = p.bias() ? bias.getAtIndex(JAVA_FLOAT, row) : 0;
                for (int k = 0; k < p.k(); k++) {
                    long left = p.transposeA() ? (long) row * p.strideA() + k : (long) k * p.strideA() + row;
                    long right = p.transposeB() ? (long) k * p.strideB() + column : (long) column * p.strideB() + k;
                    sum += (double) a.getAtIndex(JAVA_FLOAT, left) * b.getAtIndex(JAVA_FLOAT, right);
                }
                d.setAtIndex(JAVA_FLOAT, (long) column * p.m() + row, (float) (p.relu() && sum < 0 ? 0 : sum));
            }
        }
    }

    @Override
    public void free(long prepared) {
        Objects.requireNonNull(products.remove(prepared));
    }
}
