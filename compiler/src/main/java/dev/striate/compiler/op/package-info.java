/** What operators are: one file each, all facets in one place. */
@NullMarked
package dev.striate.compiler.op;

import org.jspecify.annotations.NullMarked;
