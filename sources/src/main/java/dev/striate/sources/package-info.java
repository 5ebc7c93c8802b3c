/** Where imported packages are found. */
@NullMarked
package dev.striate.sources;

import org.jspecify.annotations.NullMarked;
