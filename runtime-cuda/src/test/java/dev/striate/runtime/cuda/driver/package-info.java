/** Tests of what the bindings make of the libraries' answers. */
@NullMarked
package dev.striate.runtime.cuda.driver;

import org.jspecify.annotations.NullMarked;
