/** Tests of pictures. */
@NullMarked
package dev.striate.picture;

import org.jspecify.annotations.NullMarked;
