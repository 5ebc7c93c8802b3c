/** The backward graph, by one reverse walk that knows no operator. */
@NullMarked
package dev.striate.compiler.autodiff;

import org.jspecify.annotations.NullMarked;
