/** The oracle: any graph in float64 with plain loops. */
@NullMarked
package dev.striate.compiler.eval;

import org.jspecify.annotations.NullMarked;
