/** Training recipes: data, optimizer, schedule and stopping rule, as plain descriptions. */
@NullMarked
package dev.striate.core.recipe;

import org.jspecify.annotations.NullMarked;
