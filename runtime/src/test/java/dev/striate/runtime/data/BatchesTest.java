package dev.striate.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    /** Sample i has the picture [[i, i + 1]] of 255 and the class i. */
    private DataSet numbered(int size) {
        MemorySegment pixels = arena.allocate(2L * size);
        MemorySegment labels = arena.allocate(size);
        for (int i = 0; i < size; i++) {
            pixels.set(ValueLayout.JAVA_BYTE, 2L * i, (byte) i);
            pixels.set(ValueLayout.JAVA_BYTE, 2L * i + 1, (byte) (i + 1));
            labels.set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
        Field image = Field.floats("image", 1, 1, 2);
        return new ByteImages("numbered", image, pixels, 255, Field.classIndex("label", 256), labels);
    }

    private MemorySegment[] targets(int batchSize) {
        return new MemorySegment[] {
            arena.allocate(ValueLayout.JAVA_FLOAT, 2L * batchSize), arena.allocate(ValueLayout.JAVA_INT, batchSize)
        };
    }

    /** The classes of one epoch in the order of its batches; checks on the way that pictures go with their classes. */
    private int[] epoch(Batches batches, int batchSize, long epoch) throws DataException {
        MemorySegment[] targets = targets(batchSize);
        IntStream.Builder classes = IntStream.builder();
        for (int batch = 0; batch < batches.count(); batch++) {
            int size = batches.fill(epoch, batch, targets);
            assertThat(size).isEqualTo(batches.size(batch));
            for (int i = 0; i < size; i++) {
                int label = targets[1].getAtIndex(ValueLayout.JAVA_INT, i);
                assertThat(targets[0].getAtIndex(ValueLayout.JAVA_FLOAT, 2L * i))
                        .isEqualTo(label / 255f);
                assertThat(targets[0].getAtIndex(ValueLayout.JAVA_FLOAT, 2L * i + 1))
                        .isEqualTo((label + 1) / 255f);
                classes.add(label);
            }
        }
        return classes.build().toArray();
    }

    private static int[] upTo(int size) {
        return IntStream.range(0, size).toArray();
    }

    @Test
    void sequentialBatchesKeepTheOrderAndEndWithASmallerOne() throws Exception {
        Batches batches = Batches.sequential(numbered(10), 4);

        assertThat(batches.count()).isEqualTo(3);
        assertThat(batches.size(2)).isEqualTo(2);
        assertThat(batches.fields()).extracting(Field::name).containsExactly("image", "label");
        assertThat(epoch(batches, 4, 0)).containsExactly(upTo(10));
        assertThat(epoch(batches, 4, 1)).containsExactly(upTo(10));
    }

    @Test
    void theLastBatchIsFullWhereTheSizesDivide() throws Exception {
        Batches batches = Batches.sequential(numbered(8), 4);

        assertThat(batches.count()).isEqualTo(2);
        assertThat(batches.size(1)).isEqualTo(4);
    }

    @Test
    void aBatchMayBeLargerThanTheSet() throws Exception {
        assertThat(epoch(Batches.sequential(numbered(3), 100), 100, 0)).containsExactly(0, 1, 2);
        assertThat(Batches.shuffled(numbered(3), 100, 1, true).count()).isZero();
    }

    @Test
    void droppingLeavesOutOnlyTheIncompleteBatch() throws Exception {
        Batches batches = Batches.shuffled(numbered(10), 4, 1, true);

        assertThat(batches.count()).isEqualTo(2);
        assertThat(epoch(batches, 4, 0)).hasSize(8).doesNotHaveDuplicates();
        assertThat(Batches.shuffled(numbered(8), 4, 1, true).count()).isEqualTo(2);
    }

    @Test
    void everyShuffledEpochHasAllSamplesInAnotherOrder() throws Exception {
        Batches batches = Batches.shuffled(numbered(100), 7, 3, false);
        int[] first = epoch(batches, 7, 0);
        int[] second = epoch(batches, 7, 1);

        assertThat(first)
                .containsExactlyInAnyOrder(upTo(100))
                .isNotEqualTo(upTo(100))
                .isNotEqualTo(second);
        assertThat(second).containsExactlyInAnyOrder(upTo(100));
    }

    @Test
    void theOrderDependsOnSeedAndEpochAlone() throws Exception {
        int[] tenth = epoch(Batches.shuffled(numbered(100), 7, 3, false), 7, 10);
        Batches used = Batches.shuffled(numbered(100), 20, 3, false);
        epoch(used, 20, 4);

        assertThat(epoch(used, 20, 10)).containsExactly(tenth);
        assertThat(epoch(Batches.shuffled(numbered(100), 7, 4, false), 7, 10)).isNotEqualTo(tenth);
    }

    @Test
    void batchesCanBeTakenInAnyOrder() throws Exception {
        Batches batches = Batches.shuffled(numbered(100), 10, 3, false);
        int[] whole = epoch(batches, 10, 2);
        MemorySegment[] targets = targets(10);

        batches.fill(1, 0, targets);
        batches.fill(2, 9, targets);

        assertThat(targets[1].toArray(ValueLayout.JAVA_INT)).containsExactly(Arrays.copyOfRange(whole, 90, 100));
    }

    @Test
    void anotherThreadFillsTheSame() throws Exception {
        DataSet set = numbered(100);
        int[] here = epoch(Batches.shuffled(set, 7, 3, false), 7, 5);
        FutureTask<int[]> there = new FutureTask<>(() -> epoch(Batches.shuffled(set, 7, 3, false), 7, 5));
        Thread.ofPlatform().start(there);

        assertThat(there.get()).containsExactly(here);
    }

    /** A few bytes are forgiven, because the interpreter and the compiler may allocate on the thread's account. */
    @Test
    void fillingAllocatesNothing() throws Exception {
        Batches batches = Batches.shuffled(numbered(200), 50, 3, false);
        MemorySegment[] targets = targets(50);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int epoch = 0; epoch < 500; epoch++) {
            batches.fill(epoch, epoch % 4, targets);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int epoch = 500; epoch < 1500; epoch++) {
            batches.fill(epoch, epoch % 4, targets);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
    }

    @Test
    void refusesWhatDoesNotExist() throws Exception {
        DataSet set = numbered(10);
        Batches batches = Batches.sequential(set, 4);
        MemorySegment[] targets = targets(4);

        assertThatIllegalArgumentException().isThrownBy(() -> Batches.sequential(set, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> batches.fill(-1, 0, targets));
        assertThatIllegalArgumentException().isThrownBy(() -> batches.fill(0, 0, new MemorySegment[] {targets[0]}));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batches.fill(0, 3, targets));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batches.size(-1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Batches.sequential(set, 5).fill(0, 0, targets));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> set.read(0, 10, 0, targets[0], 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> set.read(2, 0, 0, targets[0], 0));
    }
}
