/** Tests of transforms. */
@NullMarked
package dev.striate.runtime.data.transform;

import org.jspecify.annotations.NullMarked;
