/** The compiler: sources in, Java sources and diagnostics out. */
@NullMarked
package dev.striate.compiler;

import org.jspecify.annotations.NullMarked;
