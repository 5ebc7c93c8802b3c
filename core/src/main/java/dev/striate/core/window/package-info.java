/** The arithmetic of sliding windows, written once for symbolic sizes and for numbers. */
@NullMarked
package dev.striate.core.window;

import org.jspecify.annotations.NullMarked;
