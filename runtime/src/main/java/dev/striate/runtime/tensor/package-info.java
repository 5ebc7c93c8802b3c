/** Tensors in off-heap memory. */
@NullMarked
package dev.striate.runtime.tensor;

import org.jspecify.annotations.NullMarked;
