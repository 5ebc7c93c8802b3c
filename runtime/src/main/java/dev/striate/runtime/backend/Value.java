package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.runtime.tensor.Tensor;

/** A tensor of a recorded program: an input, the result of a step or a parameter. */
public class Value {
    final Program program;
    final Storage storage;
    final String where;
    private final Sizes shape;

    Value(Program program, Storage storage, Sizes shape, String where) {
        this.program = program;
        this.storage = storage;
        this.shape = shape;
        this.where = where;
    }

    /** The shape. */
    public final Sizes shape() {
        return shape;
    }

    /** The shape with its memory, once bound. */
    final Tensor tensor() {
        return new Tensor(shape, storage.memory());
    }
}
