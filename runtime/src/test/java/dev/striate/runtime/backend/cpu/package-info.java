/** Tests of the CPU backend. */
@NullMarked
package dev.striate.runtime.backend.cpu;

import org.jspecify.annotations.NullMarked;
