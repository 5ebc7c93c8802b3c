/** What a net costs: parameters, operations and memory, told from its graph. */
@NullMarked
package dev.striate.compiler.plan;

import org.jspecify.annotations.NullMarked;
