/** Counter-based random numbers. */
@NullMarked
package dev.striate.core.rng;

import org.jspecify.annotations.NullMarked;
