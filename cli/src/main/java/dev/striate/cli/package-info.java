/** The {@code striate} command: thin picocli commands over the compiler and the runtime. */
@NullMarked
package dev.striate.cli;

import org.jspecify.annotations.NullMarked;
