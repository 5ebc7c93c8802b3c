/** What compiler and runtime share, without dependencies: shapes, windows, kernel descriptions, plans, specifications. */
@NullMarked
package dev.striate.core;

import org.jspecify.annotations.NullMarked;
