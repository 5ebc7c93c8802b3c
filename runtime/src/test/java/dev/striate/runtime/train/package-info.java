/** Tests of training. */
@NullMarked
package dev.striate.runtime.train;

import org.jspecify.annotations.NullMarked;
