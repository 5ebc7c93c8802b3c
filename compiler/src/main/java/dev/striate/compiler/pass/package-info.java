/** Rewrites of a graph that keep its meaning. */
@NullMarked
package dev.striate.compiler.pass;

import org.jspecify.annotations.NullMarked;
