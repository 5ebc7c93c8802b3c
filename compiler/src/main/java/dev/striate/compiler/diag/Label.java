package dev.striate.compiler.diag;

import dev.striate.compiler.source.Span;

/**
 * A place in a file and what is to be said about it.
 *
 * @param span the place
 * @param text a few words, such as {@code 7x7 comes from here}
 */
public record Label(Span span, String text) {}
