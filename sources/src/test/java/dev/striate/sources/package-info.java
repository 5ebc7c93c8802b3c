@NullMarked
package dev.striate.sources;

import org.jspecify.annotations.NullMarked;
