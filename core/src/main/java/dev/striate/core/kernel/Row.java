package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.Arrays;
import java.util.List;

/**
 * One of the values that a kernel gives together: {@code [K, …]} gives {@code […]}.
 *
 * @param index which, from 0
 */
public record Row(int index) implements Kernel {
    /** Row {@code index}. */
    public static Row row(int index) {
        return new Row(index);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rankAtLeast(this, inputs.get(0), 1);
        int[] rows = inputs.get(0).toArray();
        if (index < 0 || index >= rows[0]) {
            throw new IllegalArgumentException("there is no row " + index + " in " + inputs.get(0));
        }
        return Sizes.of(Arrays.copyOfRange(rows, 1, rows.length));
    }
}
