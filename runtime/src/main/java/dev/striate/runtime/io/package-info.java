/** Files in and out: weights in the safetensors format, checked input files, atomically replaced output files. */
@NullMarked
package dev.striate.runtime.io;

import org.jspecify.annotations.NullMarked;
