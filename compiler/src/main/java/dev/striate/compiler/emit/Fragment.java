package dev.striate.compiler.emit;

import com.palantir.javapoet.CodeBlock;

/**
 * Code of one statement, put together from text, and from blocks where a class has to be imported. JavaPoet takes every part of
 * a block apart once more each time it writes it, so text is handed over in one piece.
 */
final class Fragment {
    private final CodeBlock.Builder code = CodeBlock.builder();
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
        flush();
        code.add(format, args);
        return this;
    }

    private void flush() {
        if (!text.isEmpty()) {
            code.add("$L", text.toString());
            text.setLength(0);
        }
    }

    CodeBlock build() {
        flush();
        return code.build();
    }
}
