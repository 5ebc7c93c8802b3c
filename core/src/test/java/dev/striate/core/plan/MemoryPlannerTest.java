package dev.striate.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.core.plan.MemoryPlanner.Buffer;
import dev.striate.core.plan.MemoryPlanner.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Buffers that live at the same time share nothing, and the arena is not much larger than it must be. */
class MemoryPlannerTest {
    @Test
    void buffersAliveTogetherShareNothing() {
        for (int seed = 0; seed < 300; seed++) {
            List<Buffer> buffers = random(new SplittableRandom(seed));
            Plan plan = MemoryPlanner.plan(buffers);
            assertThat(plan.offsets()).hasSameSizeAs(buffers);
            for (int i = 0; i < buffers.size(); i++) {
                assertThat(plan.offsets().get(i) % MemoryPlanner.ALIGNMENT).isZero();
                assertThat(end(plan, buffers, i)).isLessThanOrEqualTo(plan.bytes());
                for (int j = 0; j < i; j++) {
                    assertThat(together(buffers.get(i), buffers.get(j)) && overlap(plan, buffers, i, j))
                            .as("seed %d: %s and %s at %s", seed, buffers.get(i), buffers.get(j), plan.offsets())
                            .isFalse();
                }
            }
            assertThat(plan.bytes()).as("seed %d", seed).isGreaterThanOrEqualTo(plan.lowerBound());
            assertThat(plan.lowerBound()).as("seed %d", seed).isEqualTo(mostAlive(buffers));
            assertThat(MemoryPlanner.plan(buffers)).as("seed %d", seed).isEqualTo(plan);
        }
    }

    @Test
    void aChainTakesAtMostATenthMoreThanItMust() {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Buffer> chain = new ArrayList<>();
            int length = random.nextInt(1, 60);
            for (int i = 0; i < length; i++) {
                chain.add(new Buffer(random.nextLong(1, 1_000_000), i, i + 1));
            }
            Plan plan = MemoryPlanner.plan(chain);
            assertThat(plan.bytes()).as("seed %d", seed).isLessThanOrEqualTo(plan.lowerBound() * 11 / 10);
        }
    }

    /** Nothing floats: a buffer begins at 0, or where one that lives at the same time ends. */
    @Test
    void everyBufferLiesOnAnother() {
        for (int seed = 0; seed < 200; seed++) {
            List<Buffer> buffers = random(new SplittableRandom(seed));
            Plan plan = MemoryPlanner.plan(buffers);
            for (int i = 0; i < buffers.size(); i++) {
                Buffer upper = buffers.get(i);
                long place = plan.offsets().get(i);
                assertThat(place == 0
                                || IntStream.range(0, buffers.size())
                                        .anyMatch(j -> together(buffers.get(j), upper)
                                                && roundedEnd(plan, buffers, j) == place))
                        .as("seed %d: %s at %d", seed, upper, place)
                        .isTrue();
            }
        }
    }

    private static long roundedEnd(Plan plan, List<Buffer> buffers, int i) {
        return Math.ceilDiv(end(plan, buffers, i), MemoryPlanner.ALIGNMENT) * MemoryPlanner.ALIGNMENT;
    }

    /** A training step of 100,000 layers: values live until their gradients are taken; quadratic time would not end. */
    @Test
    void deepNetsArePlanned() {
        int layers = 100_000;
        List<Buffer> buffers = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            buffers.add(new Buffer(256, i, 2 * layers - i));
            buffers.add(new Buffer(192, 2 * layers - i, 2 * layers - i + 1));
        }
        Plan plan = MemoryPlanner.plan(buffers);
        assertThat(plan.bytes()).isEqualTo(plan.lowerBound());
    }

    @Test
    void aBufferIsWrittenOverOneThatEndsInItsStep() {
        List<Buffer> chain =
                List.of(new Buffer(640, 0, 1), new Buffer(640, 1, 2, List.of(0)), new Buffer(640, 2, 3, List.of(1)));
        assertThat(MemoryPlanner.plan(chain)).isEqualTo(new Plan(List.of(0L, 0L, 0L), 640, 640));
    }

    @Test
    void aBufferIsNotWrittenOverOneThatIsReadLaterOrOfAnotherSizeOrTaken() {
        Buffer x = new Buffer(640, 0, 1);
        Buffer over = new Buffer(640, 1, 2, List.of(0));
        assertThat(MemoryPlanner.plan(List.of(new Buffer(640, 0, 2), over)).bytes())
                .isEqualTo(1280);
        assertThat(MemoryPlanner.plan(List.of(new Buffer(704, 0, 1), over)).bytes())
                .isEqualTo(1344);
        assertThat(MemoryPlanner.plan(List.of(x, over, over)).bytes()).isEqualTo(1280);
        assertThat(MemoryPlanner.plan(List.of(new Buffer(640, 1, 1), over)).bytes())
                .isEqualTo(1280);
    }

    /** Buffers that were written over one another live one after the other, but for the step between them. */
    @Test
    void onlyNeighboursInTimeShareMemoryWhenWrittenOver() {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Buffer> buffers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                List<Integer> over = IntStream.range(0, i)
                        .filter(o -> random.nextInt(4) == 0)
                        .boxed()
                        .toList();
                buffers.add(new Buffer(random.nextLong(1, 3) * 64, i, i + random.nextInt(4), over));
            }
            Plan plan = MemoryPlanner.plan(buffers);
            for (int i = 0; i < buffers.size(); i++) {
                for (int j = 0; j < i; j++) {
                    boolean written = buffers.get(i).over().contains(j)
                            && buffers.get(j).last() == buffers.get(i).first();
                    assertThat(together(buffers.get(i), buffers.get(j)) && overlap(plan, buffers, i, j) && !written)
                            .as("seed %d: %d and %d of %s at %s", seed, j, i, buffers, plan.offsets())
                            .isFalse();
                }
            }
            assertThat(plan.bytes()).as("seed %d", seed).isLessThanOrEqualTo(mostAlive(buffers) * 3 / 2);
        }
    }

    @Test
    void noBuffersTakeNoMemory() {
        assertThat(MemoryPlanner.plan(List.of())).isEqualTo(new Plan(List.of(), 0, 0));
    }

    @Test
    void aBufferThatEndsBeforeItBeginsIsRefused() {
        assertThatThrownBy(() -> new Buffer(8, 3, 2)).hasMessageContaining("from 3 to 2");
        assertThatThrownBy(() -> new Buffer(-1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Buffer> random(SplittableRandom random) {
        List<Buffer> buffers = new ArrayList<>();
        int count = random.nextInt(1, 40);
        for (int i = 0; i < count; i++) {
            int first = random.nextInt(30);
            buffers.add(new Buffer(random.nextLong(0, 10_000), first, first + random.nextInt(12)));
        }
        return buffers;
    }

    private static boolean together(Buffer a, Buffer b) {
        return a.first() <= b.last() && b.first() <= a.last();
    }

    private static boolean overlap(Plan plan, List<Buffer> buffers, int i, int j) {
        return plan.offsets().get(i) < end(plan, buffers, j) && plan.offsets().get(j) < end(plan, buffers, i);
    }

    private static long end(Plan plan, List<Buffer> buffers, int i) {
        return plan.offsets().get(i) + buffers.get(i).bytes();
    }

    /** The largest sum of aligned sizes alive at one step. */
    private static long mostAlive(List<Buffer> buffers) {
        long most = 0;
        for (int step = 0; step < 50; step++) {
            int now = step;
            most = Math.max(
                    most,
                    buffers.stream()
                            .filter(b -> b.first() <= now && now <= b.last())
                            .mapToLong(b -> Math.ceilDiv(b.bytes(), MemoryPlanner.ALIGNMENT) * MemoryPlanner.ALIGNMENT)
                            .sum());
        }
        return most;
    }
}
