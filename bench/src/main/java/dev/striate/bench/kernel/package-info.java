/** Single kernels, measured by JMH: {@code bench/run kernels}. */
@NullMarked
package dev.striate.bench.kernel;

import org.jspecify.annotations.NullMarked;
