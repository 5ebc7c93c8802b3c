/** Messages to the user: what they say (data) and, apart from that, how they are shown (renderers). */
@NullMarked
package dev.striate.compiler.diag;

import org.jspecify.annotations.NullMarked;
