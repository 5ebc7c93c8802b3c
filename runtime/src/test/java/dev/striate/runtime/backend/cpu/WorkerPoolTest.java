package dev.striate.runtime.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPoolTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void runsEveryBlockOnceAndNoSlotTwiceAtATime(int threads) {
        WorkerPool pool = new WorkerPool(threads);
        assertThat(pool.threads()).isEqualTo(threads);
        for (int blocks : IntStream.of(0, 1, 2, 3, 7, 100, 5_000).toArray()) {
            AtomicIntegerArray ran = new AtomicIntegerArray(blocks);
            AtomicIntegerArray inSlot = new AtomicIntegerArray(threads);
            AtomicInteger clashes = new AtomicInteger();
            pool.run(blocks, (block, slot) -> {
                clashes.addAndGet(inSlot.incrementAndGet(slot) == 1 ? 0 : 1);
                ran.incrementAndGet(block);
                inSlot.decrementAndGet(slot);
            });
            assertThat(IntStream.range(0, blocks).map(ran::get)).allMatch(n -> n == 1);
            assertThat(clashes).hasValue(0);
        }
    }

    @Test
    void theBlocksOfEachThreadAreNeighbours() {
        WorkerPool pool = new WorkerPool(2);
        for (int round = 0; round < 1_000; round++) {
            int[] slots = new int[50];
            pool.run(slots.length, (block, slot) -> slots[block] = slot);
            assertThat(slots).isSorted(); // the caller's come first
        }
    }

    @Test
    void oneTaskAfterAnotherIsSeenWhole() {
        WorkerPool pool = new WorkerPool(3);
        int[] values = new int[64];
        for (int round = 1; round <= 20_000; round++) {
            int expected = round - 1;
            AtomicInteger wrong = new AtomicInteger();
            pool.run(values.length, (block, slot) -> {
                wrong.addAndGet(values[block] == expected ? 0 : 1);
                values[block]++;
            });
            assertThat(wrong.get()).as("round %d", round).isZero();
        }
    }

    @Test
    void theThreadsWorkAtTheSameTime() {
        WorkerPool pool = new WorkerPool(3);
        CyclicBarrier all = new CyclicBarrier(3);
        Set<Integer> slots = ConcurrentHashMap.newKeySet();
        pool.run(3, (block, slot) -> {
            slots.add(slot);
            await(all); // ends only when three threads are here
        });
        assertThat(slots).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void whatTheFirstFailingBlockThrowsIsThrown() {
        WorkerPool pool = new WorkerPool(2);
        AtomicInteger ran = new AtomicInteger();
        for (int round = 0; round < 100; round++) {
            ran.set(0);
            assertThatThrownBy(() -> pool.run(10, (block, slot) -> {
                        ran.incrementAndGet();
                        if (block >= 3) {
                            throw new IllegalArgumentException("block " + block);
                        }
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("block 3");
            assertThat(ran).hasValue(10);
        }
        assertThatThrownBy(() -> pool.run(2, (block, slot) -> {
                    throw new StackOverflowError("deep");
                }))
                .isInstanceOf(StackOverflowError.class);
        pool.run(10, (block, slot) -> ran.incrementAndGet());
        assertThat(ran).hasValue(20);
    }

    @Test
    void whileItIsBusyOthersRunTheirTasksThemselves() throws Exception {
        WorkerPool pool = new WorkerPool(2);
        CountDownLatch busy = new CountDownLatch(2);
        CountDownLatch goOn = new CountDownLatch(1);
        Thread first = Thread.ofPlatform()
                .start(() -> pool.run(2, (block, slot) -> {
                    busy.countDown();
                    await(goOn);
                }));
        busy.await();
        List<Integer> order = new ArrayList<>();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        pool.run(4, (block, slot) -> {
            assertThat(slot).isZero();
            order.add(block);
            threads.add(Thread.currentThread());
        });
        assertThat(order).containsExactly(0, 1, 2, 3);
        assertThat(threads).containsExactly(Thread.currentThread());
        goOn.countDown();
        first.join();
    }

    @Test
    void anInterruptedCallerWaitsForItsBlocks() {
        WorkerPool pool = new WorkerPool(2);
        AtomicInteger ran = new AtomicInteger();
        Thread.currentThread().interrupt();
        pool.run(100, (block, slot) -> ran.incrementAndGet());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ran).hasValue(100);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
