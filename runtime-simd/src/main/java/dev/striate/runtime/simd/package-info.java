/**
 * Kernels of the CPU backend on {@code jdk.incubator.vector}, over off-heap memory. Feature maps lie in blocks of as many
 * channels as a vector has lanes, so that no kernel moves elements between lanes.
 */
@NullMarked
package dev.striate.runtime.simd;

import org.jspecify.annotations.NullMarked;
