package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.OneKernel.Operand;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where values lie changes nothing about what comes out. */
class LayoutsTest {
    private static final Backend REFERENCE = Backends.reference();

    /**
     * The reference backend with kernels that want every feature map in blocks, or every other kernel does. Epilogues
     * follow in a pass of their own where that lies as the kernel does.
     */
    private record InBlocks(int lanes, boolean alternating) implements Backend {
        @Override
        public String name() {
            return "blocks";
        }

        @Override
        public String description() {
            return "blocks";
        }

        @Override
        public KernelTable kernels() {
            KernelTable table = new KernelTable();
            KernelCases.ALL.keySet().forEach(kind -> add(table, kind));
            return table.add(Fused.class, new Unfused(table));
        }

        private <K extends Kernel> void add(KernelTable table, Class<K> kind) {
            boolean plain = alternating && kind.getSimpleName().length() % 2 == 0;
            table.add(kind, new Wrapped<>(plain ? 1 : lanes));
        }
    }

    /** A kernel of the reference backend that reads and writes blocks. */
    private record Wrapped<K extends Kernel>(int lanes) implements KernelFactory<K> {
        @Override
        public long workspace(K kernel, List<Sizes> operands) {
            return REFERENCE.kernels().workspace(kernel, operands);
        }

        @Override
        public Layout layout(K kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
            return new Layout(operands.stream().map(this::lanes).toList(), lanes(result));
        }

        private int lanes(Sizes shape) {
            return shape.rank() == 4 ? lanes : 1;
        }

        @Override
        public Runnable bind(K kernel, Operands o) {
            List<Runnable> all = new ArrayList<>();
            List<Tensor> rows = new ArrayList<>();
            for (Tensor x : o.in()) {
                rows.add(inRows(x));
                if (x.lanes() > 1) {
                    all.add(Blocks.copy(x, rows.getLast()));
                }
            }
            Tensor result = inRows(o.out());
            all.add(REFERENCE
                    .kernels()
                    .bind(
                            kernel,
                            new Operands(
                                    rows, result, o.workspace(), o.workerMemory(), o.packs(), o.random(), o.where())));
            if (o.out().lanes() > 1) {
                all.add(Blocks.copy(result, o.out()));
            }
            return () -> all.forEach(Runnable::run);
        }

        private static Tensor inRows(Tensor x) {
            return x.lanes() == 1
                    ? x
                    : new Tensor(x.shape(), Arena.ofAuto().allocate(Tensor.bytes(x.shape()), Tensor.ALIGNMENT));
        }
    }

    static Stream<Backend> backends() {
        return Stream.of(new InBlocks(4, false), new InBlocks(16, false), new InBlocks(4, true));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void everyKernelReadsWhatItWants(Backend backend) {
        KernelCases.ALL.forEach((kind, cases) -> {
            for (long seed = 0; seed < 4; seed++) {
                OneKernel one = cases.apply(new SplittableRandom(seed));
                assertThat(one.run(backend))
                        .as("%s, seed %d", one.kernel(), seed)
                        .containsExactly(one.run(REFERENCE));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("backends")
    void copiesAreThereWhereTheyAreReadAndSurviveSharedMemory(Backend backend) {
        for (long seed = 0; seed < 60; seed++) {
            assertThat(RandomProgram.results(backend, seed))
                    .as("seed %d", seed)
                    .usingRecursiveComparison()
                    .isEqualTo(RandomProgram.results(REFERENCE, seed));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void trainingIsTheSame(Backend backend) {
        assertThat(gradients(backend)).containsExactly(gradients(REFERENCE));
    }

    private static float[] gradients(Backend backend) {
        try (LeNet5.Training session = LeNet5.init(1).training(backend, 3)) {
            SplittableRandom random = new SplittableRandom(5);
            session.input("image").copyFrom(Operand.random(random, 3, 1, 28, 28).floats());
            session.input("digit").copyFrom(new int[] {3, 1, 9});
            session.run();
            return session.gradients().toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
