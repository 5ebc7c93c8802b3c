/** The graph: nodes with symbolic shapes, each with the place it came from. */
@NullMarked
package dev.striate.compiler.ir;

import org.jspecify.annotations.NullMarked;
