package dev.striate.compiler.op;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Operation;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An operator with its attributes: a record, whose facets stand in its {@link OpSpec}. */
public interface Op extends Operation {
    /** What this operator is. */
    OpSpec<?> spec();

    @Override
    default String name() {
        return spec().name();
    }

    @Override
    default String describe(Node node) {
        return spec().kernel(node).toString();
    }

    /** The same operator where some symbols of its arguments have sizes. */
    default Op at(Map<String, Long> sizes) {
        return this;
    }

    /**
     * This operator as an element-wise function of its operands; null when it is none.
     *
     * @param operands how many there are
     */
    default @Nullable Elementwise elementwise(int operands) {
        return null;
    }

    /** Whether the result of a node of this operator is its first operand unchanged, and so is the gradient. */
    default boolean isIdentity(Node node) {
        return false;
    }

    /** The operator of a node that is no source. */
    static Op of(Node node) {
        return (Op) node.operation();
    }
}
