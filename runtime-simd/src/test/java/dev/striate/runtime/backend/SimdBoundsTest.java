package dev.striate.runtime.backend;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.runtime.backend.OneKernel.Operand;
import dev.striate.runtime.simd.BlockBackend;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Kernels that address memory by number stay within that of their operands: each operand, the result and the scratch memory
 * lies between guards, which nobody may write, and which are NaN so that whoever reads them gives it away.
 */
class SimdBoundsTest {
    private static final int CASES = 20;

    /** Of each guard, in bytes. */
    private static final long GUARD = 4096;

    /** A NaN that no arithmetic gives. */
    private static final int NOT_A_NUMBER = 0x7FC5A5A5;

    @TestFactory
    Stream<DynamicTest> inRows() {
        return KernelCases.ALL.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey().getSimpleName(), () -> check(e.getValue(), 1)));
    }

    @TestFactory
    Stream<DynamicTest> inBlocks() {
        int lanes = BlockBackend.lanes();
        Map<String, Function<SplittableRandom, OneKernel>> cases = SimdCases.all();
        KernelCases.ALL.forEach((kind, all) -> cases.put(kind.getSimpleName(), all));
        return cases.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getValue(), lanes)));
    }

    private static void check(Function<SplittableRandom, OneKernel> cases, int lanes) {
        for (int seed = 0; seed < CASES; seed++) {
            OneKernel kernel = cases.apply(new SplittableRandom(seed));
            Backend cpu = Backends.cpu(2);
            float[] expected = lanes == 1
                    ? kernel.run(cpu)
                    : kernel.runBetween(new BlockBackend(cpu), new BlockBackend.ToBlocks(), new BlockBackend.ToRows());
            try (Guarded memory = new Guarded()) {
                float[] result = run(kernel, lanes, memory);
                String what = "seed " + seed + ": " + kernel.kernel() + " on "
                        + kernel.data().stream().map(Operand::shape).toList();
                memory.check(what);
                assertThat(result).as(what).isEqualTo(expected);
            }
        }
    }

    private static float[] run(OneKernel k, int lanes, Guarded memory) {
        KernelTable table = Backends.cpu(2).kernels();
        Weights weights = k.weights();
        List<Tensor> parameters = weights.spec().parameters().stream()
                .map(p -> weights.tensor(p.name()))
                .toList();
        List<Sizes> data = k.data().stream().map(Operand::shape).toList();
        List<Sizes> shapes = Stream.concat(data.stream(), parameters.stream().map(Tensor::shape))
                .toList();
        List<Integer> now = new ArrayList<>(Collections.nCopies(shapes.size(), 1));
        for (int i = 0; i < data.size(); i++) {
            now.set(i, data.get(i).rank() == 4 && !k.data().get(i).isLabel() ? lanes : 1);
        }
        Sizes result = k.kernel().output(data);
        Layout layout = table.layout(k.kernel(), shapes, result, now);
        List<Tensor> in = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            Tensor rows = memory.tensor(shapes.get(i), 1);
            if (i < data.size()) {
                fill(rows, k.data().get(i));
            } else {
                rows.data().copyFrom(parameters.get(i - data.size()).data());
            }
            in.add(inLanes(table, rows, layout.operands().get(i), memory));
        }
        Tensor out = memory.tensor(result, layout.result());
        MemorySegment workspace = memory.allocate(table.workspace(k.kernel(), shapes));
        MemorySegment workers = memory.allocate(table.workerMemory(k.kernel(), shapes));
        Packs packs = new Packs(weights, false);
        RandomState random = new RandomState();
        random.set(7, 3);
        Runnable run = table.bind(k.kernel(), new Operands(in, out, workspace, workers, packs, random, "kernel"));
        packs.allocate(memory.arena);
        run.run();
        return inLanes(table, out, 1, memory).toArray();
    }

    private static void fill(Tensor to, Operand operand) {
        if (operand.isLabel()) {
            MemorySegment.copy(operand.indices(), 0, to.data(), JAVA_INT, 0, operand.indices().length);
        } else {
            MemorySegment.copy(operand.floats(), 0, to.data(), JAVA_FLOAT, 0, operand.floats().length);
        }
    }

    private static Tensor inLanes(KernelTable table, Tensor from, int lanes, Guarded memory) {
        if (from.lanes() == lanes) {
            return from;
        }
        Tensor to = memory.tensor(from.shape(), lanes);
        table.copy(from, to).run();
        return to;
    }

    /** Memory between guards. */
    private static final class Guarded implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final List<MemorySegment> guards = new ArrayList<>();

        MemorySegment allocate(long bytes) {
            long behind = Math.ceilDiv(GUARD + bytes, Integer.BYTES) * Integer.BYTES;
            MemorySegment all = arena.allocate(behind + GUARD, Tensor.ALIGNMENT);
            fill(all);
            guards.add(all.asSlice(0, GUARD));
            guards.add(all.asSlice(behind));
            return all.asSlice(GUARD, bytes);
        }

        Tensor tensor(Sizes shape, int lanes) {
            return new Tensor(shape, allocate(Tensor.bytes(shape, lanes)), lanes);
        }

        void check(String what) {
            MemorySegment untouched = arena.allocate(GUARD);
            fill(untouched);
            for (MemorySegment guard : guards) {
                assertThat(guard.asSlice(0, GUARD).mismatch(untouched)).as(what).isEqualTo(-1);
            }
        }

        private static void fill(MemorySegment memory) {
            for (long at = 0; at < memory.byteSize(); at += Integer.BYTES) {
                memory.set(JAVA_INT, at, NOT_A_NUMBER);
            }
        }

        @Override
        public void close() {
            arena.close();
        }
    }
}
