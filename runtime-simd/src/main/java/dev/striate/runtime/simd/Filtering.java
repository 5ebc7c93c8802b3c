package dev.striate.runtime.simd;

import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.Operands;

/** Convolutions of one shape by Winograd's minimal filtering, to be bound to operands. */
interface Filtering {
    /** The scratch memory in bytes: first the constants of the epilogue, then that of each worker. */
    long workspace();

    /** The convolution of operand 0 by the weight that is operand 1. */
    Described bind(Operands o, Epilogue epilogue);
}
