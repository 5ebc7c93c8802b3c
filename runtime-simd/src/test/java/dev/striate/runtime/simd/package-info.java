/** Tests of the SIMD kernels, run at each width of vectors. */
@NullMarked
package dev.striate.runtime.simd;

import org.jspecify.annotations.NullMarked;
