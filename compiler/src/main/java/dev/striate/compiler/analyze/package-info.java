/** From syntax tree to graph: names, arguments, shapes and contracts. */
@NullMarked
package dev.striate.compiler.analyze;

import org.jspecify.annotations.NullMarked;
