/** Tests of what kernels become on a device. */
@NullMarked
package dev.striate.runtime.cuda.kernel;

import org.jspecify.annotations.NullMarked;
