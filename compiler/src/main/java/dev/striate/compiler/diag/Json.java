package dev.striate.compiler.diag;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes JSON (RFC 8259): maps, collections, numbers, booleans, and anything else as a string. */
final class Json {
    private Json() {}

    /** An object of alternating names and values, in this order; what is null is left out. */
    static Map<String, Object> object(@Nullable Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            if (value != null) {
                object.put(String.valueOf(namesAndValues[i]), value);
            }
        }
        return object;
    }

    /** {@code value} as text, two spaces to a level. */
    static String write(Object value) {
        return write(value, "\n");
    }

    private static String write(Object value, String newline) {
        String inner = newline + "  ";
        return switch (value) {
            case Map<?, ?> m ->
                m.isEmpty()
                        ? "{}"
                        : m.entrySet().stream()
                                .map(e -> quote(e.getKey().toString()) + ": " + write(e.getValue(), inner))
                                .collect(Collectors.joining("," + inner, "{" + inner, newline + "}"));
            case Collection<?> c ->
                c.isEmpty()
                        ? "[]"
                        : c.stream()
                                .map(e -> write(e, inner))
                                .collect(Collectors.joining("," + inner, "[" + inner, newline + "]"));
            case Number n -> n.toString();
            case Boolean b -> b.toString();
            default -> quote(value.toString());
        };
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                default -> {
                    // surrogates, too: alone they are no text that could be encoded
                    boolean plain = c >= ' ' && !Character.isSurrogate(c);
                    out.append(plain ? String.valueOf(c) : String.format("\\u%04x", (int) c));
                }
            }
        }
        return out.append('"').toString();
    }
}
