package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.Works;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the CUDA backend plans, captures and generates computes, on the host, what operators evaluate to. */
class CudaKernelsTest {
    private static final int CASES = 4;
    private static final int MANY = 40;

    /** Gradients of norms: differences of nearly equal numbers where few elements are normalized, taken in float32. */
    private static final Set<String> CANCELLING =
            Set.of("norm_grad_input", "batch_norm_training_grad_input", "l2_normalize_grad");

    @BeforeAll
    static void hasACompiler() {
        assumeTrue(HostCode.isAvailable(), "no g++: the kernels for CUDA were not computed on the host");
    }

    @Test
    void kernelsComputeWhatTheirOperatorsEvaluateTo() {
        agree(CASES);
    }

    @Tag("slow")
    @Test
    void kernelsComputeWhatTheirOperatorsEvaluateToInManyCases() {
        agree(MANY);
    }

    @Test
    void kernelsTreatNanAsTheirOperatorsDo() {
        HostCuda cuda = new HostCuda();
        List<OpCase> all = new ArrayList<>();
        for (String operator : List.of("max_pool", "relu", "top1", "topk", "max", "mean")) {
            for (int number = 0; number < CASES; number++) {
                OpCase c = OpCases.draw(operator, number).map(v -> Math.abs(v) < 0.5 ? Double.NaN : v);
                all.addAll(KernelsAgreeTest.steps(c));
            }
        }
        prepare(cuda, all);
        all.forEach(c -> check(cuda, c));
    }

    private static void agree(int cases) {
        HostCuda cuda = new HostCuda();
        List<OpCase> all = new ArrayList<>();
        KernelsAgreeTest.forEachCase(cases, all::add);
        prepare(cuda, all);
        List<AssertionError> wrong = new ArrayList<>();
        for (OpCase c : all) {
            try {
                check(cuda, c);
            } catch (AssertionError e) {
                wrong.add(e);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(cuda.open()).isZero();
    }

    private static void check(HostCuda cuda, OpCase c) {
        double distance = Feeds.distance(
                KernelRun.of(c, cuda.backend),
                c.eval(),
                KernelsAgreeTest.CANCELLED * KernelsAgreeTest.largestOperand(c));
        boolean cancels = CANCELLING.contains(c.op().name());
        assertThat(distance).as("%s", c).isLessThanOrEqualTo(cancels ? 5e-5 : 1e-5);
    }

    private static void prepare(HostCuda cuda, List<OpCase> cases) {
        cuda.code.prepare(sources(cases));
    }

    /** The sources of the kernels of all cases. */
    static List<Source> sources(List<OpCase> cases) {
        List<Source> sources = new ArrayList<>();
        for (OpCase c : cases) {
            Kernel kernel = Kernels.of(c);
            List<Sizes> operands = new ArrayList<>();
            c.node().inputs().forEach(s -> operands.add(c.value(s).shape()));
            Works.of(kernel, operands, c.node().shape().at(c.sizes())).calls().forEach(call -> {
                if (call instanceof Call.Launch launch) {
                    sources.add(launch.source());
                }
            });
        }
        return sources;
    }
}
