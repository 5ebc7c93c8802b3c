package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The description of a kernel: a plain record that generated code builds, that says which shape comes out and which
 * parameters it owns, and that every backend implements. A kernel has one result. Its operands are first the data, in
 * the documented order, then its parameters in the order of {@link #params}.
 */
public interface Kernel {
    /**
     * The shape of the result.
     *
     * @param inputs the shapes of the data operands
     * @throws IllegalArgumentException when the kernel cannot take operands of these shapes
     */
    Sizes output(List<Sizes> inputs);

    /** The parameters that the kernel owns when it takes data operands of these shapes; none by default. */
    default List<Parameter> params(List<Sizes> inputs) {
        return List.of();
    }

    /** Whether the result is the first operand's elements in the same order, so that both may share their memory. */
    default boolean isView() {
        return false;
    }
}
