/** Tests of ONNX files. */
@NullMarked
package dev.striate.onnx;

import org.jspecify.annotations.NullMarked;
