/** Training and evaluation of nets: optimizers, the loop over epochs, averages of losses and metrics. */
@NullMarked
package dev.striate.runtime.train;

import org.jspecify.annotations.NullMarked;
