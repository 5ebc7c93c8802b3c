/** What each kernel description becomes on a device: CUDA C, launches and calls of libraries, as plain values. */
@NullMarked
package dev.striate.runtime.cuda.kernel;

import org.jspecify.annotations.NullMarked;
