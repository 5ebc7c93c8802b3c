package dev.striate.compiler.emit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.lang.model.SourceVersion;

/** Java identifiers from names of the language: {@code layer1.0.conv1} becomes {@code layer1_0Conv1}. */
final class Names {
    /** What Java reserves in some places only (JLS 3.9): none of them can name a class, and {@code yield} no step. */
    private static final Set<String> RESTRICTED = Set.of("permits", "record", "sealed", "var", "yield");

    private final Set<String> taken = new HashSet<>();
    /** The number to try next behind a name: all before are taken. */
    private final Map<String, Integer> numbers = new HashMap<>();

    /** Names that none of the {@code reserved} ones may be. */
    Names(String... reserved) {
        taken.addAll(Set.of(reserved));
    }

    /** Takes a name that no identifier may be. */
    void reserve(String name) {
        taken.add(name);
    }

    /** An identifier for a name that none before got, with {@code suffix} and a number where need be. */
    String unique(String name, String suffix) {
        String first = identifier(name);
        if (taken.add(first)) {
            return first;
        }
        String base = first + suffix;
        int number = numbers.getOrDefault(base, suffix.isEmpty() ? 2 : 1);
        String candidate;
        do {
            candidate = number == 1 ? base : base + number;
            number++;
        } while (!taken.add(candidate));
        numbers.put(base, number);
        return candidate;
    }

    /** Gives a name back that was not used after all. */
    void free(String name) {
        taken.remove(name);
        numbers.clear();
    }

    /** A name in camel case; keywords get an underscore. */
    static String identifier(String name) {
        StringBuilder java = new StringBuilder();
        boolean upper = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean separator = c == '_' || !Character.isJavaIdentifierPart(c);
            if (separator) {
                upper = true;
            } else if (upper && Character.isDigit(c) && !java.isEmpty()) {
                java.append('_').append(c);
                upper = false;
            } else {
                java.append(upper && !java.isEmpty() ? Character.toUpperCase(c) : c);
                upper = false;
            }
        }
        String identifier = java.isEmpty() || Character.isDigit(java.charAt(0)) ? "at" + java : java.toString();
        return identifier.equals("yield") ? "yield_" : word(identifier);
    }

    /** The name of a class. */
    static String type(String name) {
        return RESTRICTED.contains(name) ? name + "_" : word(name);
    }

    /** A name as it is, unless it is a keyword of Java. */
    static String word(String name) {
        return SourceVersion.isKeyword(name) ? name + "_" : name;
    }
}
