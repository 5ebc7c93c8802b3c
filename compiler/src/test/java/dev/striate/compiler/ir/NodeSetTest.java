package dev.striate.compiler.ir;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sets and maps of nodes against those of the JDK. */
class NodeSetTest {
    private final List<Node> nodes = IntStream.range(0, 500)
            .mapToObj(i -> Nodes.input("x" + i, Shape.of(1)))
            .toList();

    @Test
    void setsHoldWhatWasAdded() {
        for (int seed = 0; seed < 20; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            Set<Node> expected = new HashSet<>();
            NodeSet set = new NodeSet();
            for (int i = 0; i < 300; i++) {
                Node node = nodes.get(r.nextInt(nodes.size()));
                assertThat(set.add(node)).isEqualTo(expected.add(node));
                List<Node> some =
                        r.ints(4, 0, nodes.size()).mapToObj(nodes::get).toList();
                assertThat(some.stream().map(set::contains))
                        .isEqualTo(some.stream().map(expected::contains).toList());
                assertThat(set.containsAll(some)).isEqualTo(expected.containsAll(some));
                assertThat(set.containsAny(some)).isEqualTo(some.stream().anyMatch(expected::contains));
            }
        }
    }

    @Test
    void mapsHoldTheLastValue() {
        for (int seed = 0; seed < 20; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            Map<Node, Integer> expected = new HashMap<>();
            NodeMap<Integer> map = new NodeMap<>();
            assertThat(map.isEmpty()).isTrue();
            for (int i = 0; i < 300; i++) {
                Node node = nodes.get(r.nextInt(nodes.size()));
                assertThat(map.put(node, i)).isEqualTo(expected.put(node, i));
                Node other = nodes.get(r.nextInt(nodes.size()));
                assertThat(map.get(other)).isEqualTo(expected.get(other));
                assertThat(map.getOrDefault(other, -1)).isEqualTo(expected.getOrDefault(other, -1));
            }
            assertThat(map.isEmpty()).isFalse();
        }
    }

    @Test
    void nothingIsInWhatIsEmpty() {
        assertThat(new NodeSet().contains(nodes.getFirst())).isFalse();
        assertThat(new NodeMap<Integer>().get(nodes.getLast())).isNull();
    }
}
