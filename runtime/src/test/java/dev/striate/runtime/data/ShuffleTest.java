package dev.striate.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShuffleTest {
    private static int[] permutation(int length, long seed, long round) {
        int[] order = new int[length];
        Shuffle.fill(order, seed, round);
        return order;
    }

    /** Computed by a separate program from the documented formula: checkpoints rely on it never changing. */
    @Test
    void followsTheDocumentedFormula() {
        assertThat(permutation(10, 42, 0)).containsExactly(3, 4, 1, 7, 5, 2, 0, 8, 6, 9);
        assertThat(permutation(10, 42, 1)).containsExactly(9, 0, 4, 5, 8, 1, 3, 6, 2, 7);
        assertThat(permutation(10, 43, 0)).containsExactly(5, 9, 1, 2, 4, 8, 3, 7, 6, 0);
    }

    @Test
    void everyNumberAppearsOnce() {
        for (int length : new int[] {0, 1, 2, 3, 1000}) {
            int[] order = permutation(length, 5, 9);
            Arrays.sort(order);
            for (int i = 0; i < length; i++) {
                assertThat(order[i]).isEqualTo(i);
            }
        }
    }

    /** 24,000 rounds over 24 permutations: 1,000 each, give or take 5 standard deviations of 31. */
    @Test
    void allPermutationsAreEquallyLikely() {
        Map<String, Integer> counts = new HashMap<>();
        for (int round = 0; round < 24_000; round++) {
            counts.merge(Arrays.toString(permutation(4, 1, round)), 1, Integer::sum);
        }
        assertThat(counts).hasSize(24);
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(845, 1155));
    }
}
