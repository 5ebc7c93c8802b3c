/** What generated code links against. */
@NullMarked
package dev.striate.runtime;

import org.jspecify.annotations.NullMarked;
