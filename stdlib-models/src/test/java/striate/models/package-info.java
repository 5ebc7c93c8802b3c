@NullMarked
package striate.models;

import org.jspecify.annotations.NullMarked;
