/** Measurements of Striate side by side with other libraries, which only this package knows. */
@NullMarked
package dev.striate.bench;

import org.jspecify.annotations.NullMarked;
