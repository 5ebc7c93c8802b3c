package dev.striate.runtime.data;

import java.util.Comparator;
import java.util.List;

/** What to propose to someone who used a name that does not exist. */
final class NearestName {
    private NearestName() {}

    /** The end of a message: the most similar of the known names, or else all of them. */
    static String hint(String name, List<String> known) {
        if (known.isEmpty()) {
            return "; it takes none";
        }
        String nearest = known.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .orElseThrow();
        boolean similar = distance(name, nearest) <= Math.max(1, nearest.length() / 3);
        return similar ? "; did you mean '" + nearest + "'?" : "; known are " + String.join(", ", known);
    }

    /** How many letters must be inserted, deleted or replaced to get from one to the other (Levenshtein 1966). */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
