/** Java from graphs; the only users of JavaPoet. */
@NullMarked
package dev.striate.compiler.emit;

import org.jspecify.annotations.NullMarked;
