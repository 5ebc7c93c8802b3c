@NullMarked
package dev.striate.maven;

import org.jspecify.annotations.NullMarked;
