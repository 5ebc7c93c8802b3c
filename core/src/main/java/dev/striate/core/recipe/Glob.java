package dev.striate.core.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * A pattern over parameter paths: {@code *} stands for any characters within a segment, and a segment {@code **} for any
 * number of segments, none included. {@code **.bias} matches {@code fc1.bias}; {@code layer*.**} matches {@code
 * layer1.0.conv1.weight}.
 *
 * @param text the pattern
 */
public record Glob(String text) {
    private static final String DEEP = "**";

    /** Whether a path is meant. */
    public boolean matches(String path) {
        return captures(path).isPresent();
    }

    /** What the wildcards stand for, in order, such as {@code [*, **]}. */
    public List<String> wildcards() {
        List<String> all = new ArrayList<>();
        for (String segment : segments(text)) {
            if (segment.equals(DEEP)) {
                all.add(DEEP);
            } else {
                segment.chars().filter(c -> c == '*').forEach(c -> all.add("*"));
            }
        }
        return all;
    }

    /**
     * The path that {@code path} gets where this is renamed: what the wildcards of this stand for is put in place of
     * those of {@code to}, in order. Empty when {@code path} is not meant.
     *
     * @throws IllegalArgumentException when the wildcards of the two are not the same
     */
    public Optional<String> rename(String path, Glob to) {
        if (!wildcards().equals(to.wildcards())) {
            throw new IllegalArgumentException("the wildcards of " + text + " and " + to.text + " differ");
        }
        return captures(path).map(parts -> to.filled(parts));
    }

    private String filled(List<String> parts) {
        List<String> result = new ArrayList<>();
        int next = 0;
        for (String segment : segments(text)) {
            if (segment.equals(DEEP)) {
                String part = parts.get(next++);
                if (!part.isEmpty()) {
                    result.add(part);
                }
                continue;
            }
            StringBuilder filled = new StringBuilder();
            for (int i = 0; i < segment.length(); i++) {
                char c = segment.charAt(i);
                filled.append(c == '*' ? parts.get(next++) : String.valueOf(c));
            }
            result.add(filled.toString());
        }
        return String.join(".", result);
    }

    /** What each wildcard stands for, when the path is meant. */
    private Optional<List<String>> captures(String path) {
        List<String> pattern = segments(text);
        List<String> parts = segments(path);
        return align(
                        pattern.size(),
                        parts.size(),
                        i -> pattern.get(i).equals(DEEP),
                        (i, j) -> within(pattern.get(i), parts.get(j)).isPresent())
                .map(places -> {
                    List<String> all = new ArrayList<>();
                    for (int i = 0; i < pattern.size(); i++) {
                        List<String> meant = parts.subList(places[i], places[i + 1]);
                        if (pattern.get(i).equals(DEEP)) {
                            all.add(String.join(".", meant));
                        } else {
                            all.addAll(within(pattern.get(i), meant.getFirst()).orElseThrow());
                        }
                    }
                    return all;
                });
    }

    private static Optional<List<String>> within(String pattern, String part) {
        return align(
                        pattern.length(),
                        part.length(),
                        i -> pattern.charAt(i) == '*',
                        (i, j) -> pattern.charAt(i) == part.charAt(j))
                .map(places -> {
                    List<String> all = new ArrayList<>();
                    for (int i = 0; i < pattern.length(); i++) {
                        if (pattern.charAt(i) == '*') {
                            all.add(part.substring(places[i], places[i + 1]));
                        }
                    }
                    return all;
                });
    }

    private static List<String> segments(String path) {
        return List.of(path.split("\\.", -1));
    }

    @FunctionalInterface
    private interface Fits {
        boolean test(int pattern, int element);
    }

    /**
     * Where each element of a pattern begins in a sequence, with the end behind the last; empty when they do not fit.
     * Only the last wildcard is ever widened, so this takes at most the product of both lengths.
     */
    private static Optional<int[]> align(int pattern, int length, IntPredicate wildcard, Fits fits) {
        int[] begins = new int[pattern + 1];
        int last = -1;
        int i = 0;
        int j = 0;
        int widened = 0;
        while (j < length || i < pattern) {
            begins[i] = j;
            if (i < pattern && wildcard.test(i)) {
                last = i++;
                widened = j;
            } else if (i < pattern && j < length && fits.test(i, j)) {
                i++;
                j++;
            } else if (last >= 0 && widened < length) {
                j = ++widened;
                i = last + 1;
            } else {
                return Optional.empty();
            }
        }
        begins[pattern] = length;
        return Optional.of(begins);
    }
}
