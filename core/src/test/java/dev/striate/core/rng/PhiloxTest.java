package dev.striate.core.rng;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Philox4x32-10 against the known answers that Random123 publishes, and what is made of its bits. */
class PhiloxTest {
    @ParameterizedTest
    @CsvSource({
        "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
    })
    void givesTheKnownAnswers(String counter, String key, String answer) {
        int[] c = words(counter);
        int[] k = words(key);
        int[] lanes = new int[4];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = Philox.lane(join(k[1], k[0]), join(c[3], c[2]), join(c[1], c[0]), i);
        }
        assertThat(lanes).containsExactly(words(answer));
    }

    @Test
    void anIndexIsALaneOfABlock() {
        for (long index : new long[] {0, 1, 2, 3, 4, 1L << 33, (1L << 33) + 7, Long.MAX_VALUE}) {
            assertThat(Philox.bits(5, 6, index)).isEqualTo(Philox.lane(5, 6, index / 4, (int) (index % 4)));
        }
    }

    @Test
    void uniformsAndBoundedIntegersAreEvenlySpread() {
        int[] tenths = new int[10];
        int[] sevenths = new int[7];
        double sum = 0;
        double squares = 0;
        int n = 70_000;
        for (int i = 0; i < n; i++) {
            tenths[(int) (10 * Philox.uniform(1, 2, i))]++;
            sevenths[Philox.below(7, 1, 3, i)]++;
            double normal = Philox.normal(1, 4, i);
            sum += normal;
            squares += normal * normal;
        }
        // Five standard deviations of the binomial counts and of the two means.
        assertThat(Arrays.stream(tenths).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(7000 - 400, 7000 + 400));
        assertThat(Arrays.stream(sevenths).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(10_000 - 470, 10_000 + 470));
        assertThat(Math.abs(sum / n)).isLessThan(5 / Math.sqrt(n));
        assertThat(Math.abs(squares / n - 1)).isLessThan(5 * Math.sqrt(2.0 / n));
    }

    private static long join(int high, int low) {
        return ((long) high << 32) | (low & 0xffffffffL);
    }

    private static int[] words(String hex) {
        String[] parts = hex.split(" ", -1);
        int[] words = new int[parts.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = Integer.parseUnsignedInt(parts[i], 16);
        }
        return words;
    }
}
