/** Tests of backends and sessions. */
@NullMarked
package dev.striate.runtime.backend;

import org.jspecify.annotations.NullMarked;
