/** Nets as ONNX graphs, without the bytes of a file. */
@NullMarked
package dev.striate.compiler.onnx;

import org.jspecify.annotations.NullMarked;
