/** Tests of the measurements: peers compute what we do. */
@NullMarked
package dev.striate.bench;

import org.jspecify.annotations.NullMarked;
