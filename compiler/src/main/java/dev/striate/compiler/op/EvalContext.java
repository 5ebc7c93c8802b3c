package dev.striate.compiler.op;

import dev.striate.compiler.ir.Shape;
import dev.striate.core.Sizes;

/** What the float64 evaluation of an operator may ask beside its operands. */
public interface EvalContext {
    /** The numbers of a symbolic shape in this evaluation. */
    Sizes sizes(Shape shape);

    /** The path of the node that is evaluated. */
    String path();

    /** The seed of the training run. */
    long seed();

    /** The number of the training step. */
    long step();
}
