/** Warnings about nets that compile and are probably not what was meant: one class each, listed in {@code Lints}. */
@NullMarked
package dev.striate.compiler.lint;

import org.jspecify.annotations.NullMarked;
