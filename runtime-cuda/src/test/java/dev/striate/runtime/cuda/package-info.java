/** Tests of the backend for GPUs that need none. */
@NullMarked
package dev.striate.runtime.cuda;

import org.jspecify.annotations.NullMarked;
