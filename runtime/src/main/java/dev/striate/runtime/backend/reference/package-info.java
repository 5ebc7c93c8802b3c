/** The readable truth: every kernel as the obvious loop, in float64 over float32 storage, by one thread. */
@NullMarked
package dev.striate.runtime.backend.reference;

import org.jspecify.annotations.NullMarked;
