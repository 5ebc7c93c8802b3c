package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** The threads of OpenBLAS and ours together would be more than there are processors. */
class OpenBlasThreadsTest {
    private static final int SIDE = 256;
    private static final int BLOCKS = 8;

    @Test
    void itHasOneThreadWhileOursCompute() {
        MethodHandle number = OpenBlas.function("openblas_get_num_threads", FunctionDescriptor.of(JAVA_INT));
        AtomicIntegerArray threads = new AtomicIntegerArray(BLOCKS);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(4L * SIDE * SIDE * (2 + BLOCKS), 64);
            new WorkerPool(3).run(BLOCKS, (block, slot) -> {
                long result = memory.address() + 4L * SIDE * SIDE * (2 + block);
                long right = memory.address() + 4L * SIDE * SIDE;
                OpenBlas.sgemm(
                        false, false, SIDE, SIDE, SIDE, memory.address(), SIDE, right, SIDE, false, result, SIDE);
                threads.set(block, call(number));
            });
        }
        for (int block = 0; block < BLOCKS; block++) {
            assertThat(threads.get(block)).isEqualTo(1);
        }
    }

    private static int call(MethodHandle number) {
        try {
            return (int) number.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError("a native function throws nothing", e);
        }
    }
}
