/** Tests that hold the operators, their gradients, the evaluator, the kernels and the generated code together. */
@NullMarked
package dev.striate.tests;

import org.jspecify.annotations.NullMarked;
