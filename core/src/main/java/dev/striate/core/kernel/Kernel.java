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

    /** Whether it draws random numbers, so that two runs on equal operands differ. */
    default boolean isRandom() {
        return false;
    }

    /**
     * Whether an element of the result depends on the elements at the same place of those data operands that have the
     * result's shape, so that the result may be written over one of them.
     */
    default boolean isElementwise() {
        return false;
    }

    /** How many data operands it takes where an element-wise function may follow in one kernel; 1 by default. */
    default int dataOperands() {
        return 1;
    }

    /**
     * This kernel and an element-wise function of its result, as one.
     *
     * @param next what follows
     * @param place which of its operands is the result of this kernel; the others become data operands behind its own
     */
    default Kernel then(Pointwise next, int place) {
        return Fused.of(this, next, place);
    }

    /** As {@link #then(Pointwise, int)}, with the result as the first operand. */
    default Kernel then(Pointwise next) {
        return then(next, 0);
    }
}
