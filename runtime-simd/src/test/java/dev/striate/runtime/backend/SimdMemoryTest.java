package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.expr.Expr;
import dev.striate.core.expr.Expr.UnaryFunction;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.backend.OneKernel.Operand;
import dev.striate.runtime.simd.BlockBackend;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * No kernel with SIMD allocates on the heap once it is compiled: a vector that the JIT compiler cannot keep in registers would.
 * What the compiler does depends on when it does it, so one run shows little and several show more.
 */
@Tag("soak")
class SimdMemoryTest {
    private static final int CASES = 2;

    @TestFactory
    Stream<DynamicTest> inRows() {
        return KernelCases.ALL.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey().getSimpleName(), () -> check(e.getValue(), false)));
    }

    @TestFactory
    Stream<DynamicTest> inBlocks() {
        return SimdCases.all().entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getValue(), true)));
    }

    @TestFactory
    Stream<DynamicTest> everyFunction() {
        return Stream.of(UnaryFunction.values())
                .map(f -> DynamicTest.dynamicTest(f.name(), () -> {
                    Pointwise kernel = new Pointwise(f.name(), 1, new Expr.Unary(f, Expr.arg(0)));
                    check(r -> OneKernel.of(kernel, Operand.random(r, 2, 20, 9, 9)), true);
                }));
    }

    private static void check(Function<SplittableRandom, OneKernel> cases, boolean inBlocks) {
        Backend cpu = Backends.cpu(1);
        for (int seed = 0; seed < CASES; seed++) {
            OneKernel kernel = cases.apply(new SplittableRandom(seed));
            Kernel before = inBlocks ? new BlockBackend.ToBlocks() : null;
            Kernel after = inBlocks ? new BlockBackend.ToRows() : null;
            long bytes = kernel.allocated(inBlocks ? new BlockBackend(cpu) : cpu, before, after);
            assertThat(bytes)
                    .as("bytes a run of seed " + seed + ": " + kernel.kernel())
                    .isZero();
        }
    }
}
