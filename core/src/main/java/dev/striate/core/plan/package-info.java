/** Packing of buffers into one arena from their lifetimes. */
@NullMarked
package dev.striate.core.plan;

import org.jspecify.annotations.NullMarked;
