/** What the compiler and the runtime share. */
@NullMarked
package dev.striate.core;

import org.jspecify.annotations.NullMarked;
