/** Kernel descriptions: what the compiler writes into generated code and every backend implements. */
@NullMarked
package dev.striate.core.kernel;

import org.jspecify.annotations.NullMarked;
