/** The canonical layout of {@code .cnn} files, made from the tree and the words and comments of the text. */
@NullMarked
package dev.striate.compiler.format;

import org.jspecify.annotations.NullMarked;
