/** Pictures of networks: boxes, nested groups and edges, laid out in layers and written as SVG. */
@NullMarked
package dev.striate.picture;

import org.jspecify.annotations.NullMarked;
