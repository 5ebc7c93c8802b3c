package dev.striate.compiler.op;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Operation;
import java.util.Map;

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

    /** The operator of a node that is no source. */
    static Op of(Node node) {
        return (Op) node.operation();
    }
}
