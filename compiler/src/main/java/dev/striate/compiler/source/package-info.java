/** Source text and places in it. */
@NullMarked
package dev.striate.compiler.source;

import org.jspecify.annotations.NullMarked;
