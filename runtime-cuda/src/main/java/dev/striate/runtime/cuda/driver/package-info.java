/** The calls of CUDA, cuDNN and cuBLASLt that the backend makes, as narrow interfaces, and their implementation by Bytedeco's presets. */
@NullMarked
package dev.striate.runtime.cuda.driver;

import org.jspecify.annotations.NullMarked;
