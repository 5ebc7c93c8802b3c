package dev.striate.runtime.backend;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a class that the compiler wrote. Changes belong into its source, not into the class. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface GeneratedByStriate {
    /** The {@code .cnn} file, relative to the source root. */
    String source();

    /** The format of the generated code; see {@link Binder#format}. */
    int format();
}
