package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.OneKernel.Operand;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The memory of threads is the same in all steps of a session, as large as the largest wants it, and holds nothing else. */
class WorkerMemoryTest {
    private static final Backend REFERENCE = Backends.reference();

    /** The reference backend with convolutions that leave something in all of their threads' memory. */
    private record Scribbling(List<MemorySegment> seen) implements Backend {
        @Override
        public String name() {
            return "scribbling";
        }

        @Override
        public String description() {
            return "scribbling";
        }

        @Override
        public KernelTable kernels() {
            KernelTable table = new KernelTable();
            KernelCases.ALL.keySet().forEach(kind -> add(table, kind));
            return table.add(Fused.class, new Unfused(table));
        }

        private <K extends Kernel> void add(KernelTable table, Class<K> kind) {
            table.add(kind, new KernelFactory<>() {
                @Override
                public long workspace(K kernel, List<Sizes> operands) {
                    return REFERENCE.kernels().workspace(kernel, operands);
                }

                @Override
                public long workerMemory(K kernel, List<Sizes> operands) {
                    return kernel instanceof Conv conv ? 1000L * conv.filters() : 0;
                }

                @Override
                public Runnable bind(K kernel, Operands o) {
                    Runnable step = REFERENCE.kernels().bind(kernel, o);
                    if (!(kernel instanceof Conv)) {
                        return step;
                    }
                    seen.add(o.workerMemory());
                    return () -> {
                        step.run();
                        o.workerMemory().fill((byte) 0xFF);
                    };
                }
            });
        }
    }

    @Test
    void isTheSameInAllStepsAndApartFromValues() {
        List<MemorySegment> seen = new ArrayList<>();
        assertThat(gradients(new Scribbling(seen))).containsExactly(gradients(REFERENCE));
        assertThat(seen).hasSize(2).allSatisfy(memory -> {
            assertThat(memory.address()).isEqualTo(seen.getFirst().address());
            assertThat(memory.byteSize()).isEqualTo(16_000); // the larger one has 16 filters, the other 6
        });
    }

    private static float[] gradients(Backend backend) {
        try (LeNet5.Training session = LeNet5.init(1).training(backend, 2)) {
            session.input("image")
                    .copyFrom(Operand.random(new SplittableRandom(5), 2, 1, 28, 28)
                            .floats());
            session.input("digit").copyFrom(new int[] {3, 9});
            session.run();
            return session.gradients().toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
