/** From text to the abstract syntax tree. The only package that sees ANTLR. */
@NullMarked
package dev.striate.compiler.syntax;

import org.jspecify.annotations.NullMarked;
