/** Initial values of parameters. */
@NullMarked
package dev.striate.core.init;

import org.jspecify.annotations.NullMarked;
