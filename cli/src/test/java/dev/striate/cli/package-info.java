/** Tests of the commands, run in process. */
@NullMarked
package dev.striate.cli;

import org.jspecify.annotations.NullMarked;
