package dev.striate.core.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "conv1.weight, conv1.weight, true",
        "conv1.weight, conv2.weight, false",
        "*.weight, conv1.weight, true",
        "*.weight, stem.conv1.weight, false",
        "**.weight, stem.conv1.weight, true",
        "**.bias, bias, true",
        "head.**, head.weight, true",
        "head.**, heads.weight, false",
        "layer*.**, layer1.0.conv1.weight, true",
        "layer*.**.bias, layer12.bias, true",
        "**.conv*.**.weight, a.conv1.b.conv2.weight, true",
        "**, anything.at.all, true",
        "c*v*, conv1, true",
        "c*v*1*1, conv1, false",
        "*, a.b, false",
        "**.0.*, layer.0.0.conv, true"
    })
    void matches(String glob, String path, boolean expected) {
        assertThat(new Glob(glob).matches(path)).isEqualTo(expected);
    }

    /** Against a definition that tries everything. */
    @Test
    void agreesWithTheDefinition() {
        Random random = new Random(20);
        int matches = 0;
        for (int i = 0; i < 20_000; i++) {
            List<String> glob = segments(random, "a", "b", "*", "**", "a*", "*b", "*a*");
            List<String> path = segments(random, "a", "b", "ab", "ba", "aab");
            boolean expected = follows(glob, path);
            matches += expected ? 1 : 0;
            assertThat(new Glob(String.join(".", glob)).matches(String.join(".", path)))
                    .as("%s on %s, number %d of seed 20", glob, path, i)
                    .isEqualTo(expected);
        }
        assertThat(matches).isGreaterThan(1000);
    }

    private static List<String> segments(Random random, String... all) {
        return random.ints(1 + random.nextInt(5), 0, all.length)
                .mapToObj(i -> all[i])
                .toList();
    }

    private static boolean follows(List<String> glob, List<String> path) {
        if (glob.isEmpty()) {
            return path.isEmpty();
        }
        List<String> rest = glob.subList(1, glob.size());
        if (glob.getFirst().equals("**")) {
            return follows(rest, path) || (!path.isEmpty() && follows(glob, path.subList(1, path.size())));
        }
        return !path.isEmpty()
                && path.getFirst().matches(glob.getFirst().replace("*", ".*"))
                && follows(rest, path.subList(1, path.size()));
    }

    @Test
    void manyWildcardsTakeNoTime() {
        assertThat(new Glob("*a".repeat(200) + "b").matches("a".repeat(2000))).isFalse();
        assertThat(new Glob("**.a.".repeat(200) + "b").matches("a.".repeat(1000) + "c"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "old.*, new.*, old.weight, new.weight",
        "features.*.conv*.**, stem.*.c*.**, features.0.conv2.a.weight, stem.0.c2.a.weight",
        "**.gamma, **.weight, gamma, weight",
        "module.**, **, module.fc.bias, fc.bias"
    })
    void renames(String from, String to, String path, String expected) {
        assertThat(new Glob(from).rename(path, new Glob(to))).contains(expected);
    }

    @Test
    void renamesWhatItMeansOnly() {
        assertThat(new Glob("old.*").rename("other.weight", new Glob("new.*"))).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new Glob("a.*").rename("a.b", new Glob("b.**")));
    }
}
