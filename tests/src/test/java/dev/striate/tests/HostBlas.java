package dev.striate.tests;

import dev.striate.core.Sizes;
import dev.striate.runtime.cuda.driver.Blas;
import dev.striate.runtime.cuda.driver.RefusedException;
import dev.striate.runtime.cuda.kernel.Element;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Products of column-major matrices in plain loops on this machine. */
final class HostBlas implements Blas {
    private static final int WORKSPACE = 16;

    private final HostDriver driver;
    /** A product, and what was said of its operands. */
    private record Prepared(Product product, Alignment alignment) {}

    private final Map<Long, Prepared> products = new HashMap<>();
    private long handles;

    HostBlas(HostDriver driver) {
        this.driver = driver;
    }

    /** How many products have not been freed. */
    int open() {
        return products.size();
    }

    @Override
    public String version() {
        return "plain loops";
    }

    @Override
    public List<Long> prepare(Product product, Alignment alignment, Limits limits, int most) {
        if (limits.workspace() < WORKSPACE) {
            throw new RefusedException("no algorithm takes so little");
        }
        products.put(++handles, new Prepared(product, alignment));
        return List.of(handles);
    }

    @Override
    public long workspace(long prepared) {
        return WORKSPACE;
    }

    @Override
    public void multiply(long prepared, long a, long b, long bias, long d, long scratch, long stream) {
        Prepared known = Objects.requireNonNull(products.get(prepared));
        Product p = known.product;
        if (!known.alignment.holds(a, b, d) || scratch == 0 || scratch % 256 != 0 || bias % 16 != 0) {
            throw new RefusedException("CUBLAS_STATUS_INVALID_VALUE");
        }
        driver.enqueue(stream, () -> {
            HostDriver.at(scratch, WORKSPACE).fill((byte) 0xff); // nothing else may lie there
            multiply(
                    p,
                    matrix(p.element(), a, p.m(), p.k()),
                    matrix(p.element(), b, p.k(), p.n()),
                    matrix(Element.FLOAT32, bias, p.m(), 1),
                    matrix(Element.FLOAT32, d, p.m(), p.n()));
        });
    }

    private static HostValue matrix(Element element, long address, int rows, int columns) {
        long bytes = (long) element.bytes() * rows * columns;
        return new HostValue(HostDriver.at(address, bytes), element, Sizes.of(rows, columns), false);
    }

    private static void multiply(Product p, HostValue a, HostValue b, HostValue bias, HostValue d) {
        for (int row = 0; row < p.m(); row++) {
            for (int column = 0; column < p.n(); column++) {
                double sum = p.bias() ? bias.get(row) : 0;
                for (int k = 0; k < p.k(); k++) {
                    int left = p.transposeA() ? row * p.strideA() + k : k * p.strideA() + row;
                    int right = p.transposeB() ? k * p.strideB() + column : column * p.strideB() + k;
                    sum += (double) a.get(left) * b.get(right);
                }
                d.set(column * p.m() + row, (float) (p.relu() && sum < 0 ? 0 : sum));
            }
        }
    }

    @Override
    public void free(long prepared) {
        Objects.requireNonNull(products.remove(prepared));
    }
}
