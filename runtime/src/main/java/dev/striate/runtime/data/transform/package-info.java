/** Changes of pictures between data sets and nets, as recipes state them. */
@NullMarked
package dev.striate.runtime.data.transform;

import org.jspecify.annotations.NullMarked;
