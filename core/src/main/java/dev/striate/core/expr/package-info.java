/** Element-wise expressions: what an activation computes, its derivative, and how both are evaluated. */
@NullMarked
package dev.striate.core.expr;

import org.jspecify.annotations.NullMarked;
