package dev.striate.compiler.emit;

import com.palantir.javapoet.CodeBlock;
import org.jspecify.annotations.Nullable;

/**
 * Code of statements, put together from text, and from blocks where a class has to be imported. JavaPoet takes every part of
 * a block apart once more each time it writes it, so text is handed over in one piece, over as many statements as it goes.
 */
final class Fragment {
    /** What stands before the text; null before the first class. */
    private CodeBlock.@Nullable Builder code;

    private final StringBuilder text = new StringBuilder();

    /** Adds text as it stands. */
    Fragment text(String more) {
        text.append(more);
        return this;
    }

    /** Adds a string literal. */
    Fragment string(String value) {
        boolean plain = value.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '"' && c != '\\');
        return text(plain ? '"' + value + '"' : CodeBlock.of("$S", value).toString());
    }

    /** Adds what has classes in it, in JavaPoet's notation. */
    Fragment block(String format, Object... args) {
        flushed().add(format, args);
        return this;
    }

    /** Adds other code. */
    Fragment add(Fragment other) {
        if (other.code != null) {
            flushed().add(other.code.build());
        }
        text.append(other.text);
        return this;
    }

    /** The code, to which the text was added. */
    private CodeBlock.Builder flushed() {
        CodeBlock.Builder all = code == null ? CodeBlock.builder() : code;
        if (!text.isEmpty()) {
            all.add("$L", text.toString());
            text.setLength(0);
        }
        code = all;
        return all;
    }

    /** All of it. */
    CodeBlock build() {
        return flushed().build();
    }
}
