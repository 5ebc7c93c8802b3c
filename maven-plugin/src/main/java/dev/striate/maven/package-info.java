/** The Maven plugin: a thin goal over {@link dev.striate.maven.Generator}, which knows nothing of Maven. */
@NullMarked
package dev.striate.maven;

import org.jspecify.annotations.NullMarked;
