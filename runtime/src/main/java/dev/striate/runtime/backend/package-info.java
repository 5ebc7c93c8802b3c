/** What generated code records and runs, and the backends that run it. */
@NullMarked
package dev.striate.runtime.backend;

import org.jspecify.annotations.NullMarked;
