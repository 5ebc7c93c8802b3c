/** The CPU backend: matrix products by OpenBLAS, everything else in loops that the JIT compiler vectorises. NCHW. */
@NullMarked
package dev.striate.runtime.backend.cpu;

import org.jspecify.annotations.NullMarked;
