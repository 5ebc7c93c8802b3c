/** The backend for NVIDIA GPUs: sessions on a device, whose steps are captured once and replayed. */
@NullMarked
package dev.striate.runtime.cuda;

import org.jspecify.annotations.NullMarked;
