/** Data sets, from files or embedded, and the batches that training and evaluation take from them. */
@NullMarked
package dev.striate.runtime.data;

import org.jspecify.annotations.NullMarked;
