package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Form;
import dev.striate.runtime.cuda.kernel.Site;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.Work;
import dev.striate.runtime.cuda.kernel.Works;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the CUDA backend plans, captures and generates computes, on the host, what operators evaluate to. */
class CudaKernelsTest {
    private static final int CASES = 4;
    private static final int MANY = 12;

    /** Gradients of norms: differences of nearly equal numbers where few elements are normalized, taken in float32. */
    private static final Set<String> CANCELLING =
            Set.of("norm_grad_input", "batch_norm_training_grad_input", "l2_normalize_grad");

    @BeforeAll
    static void hasACompiler() {
        assumeTrue(HostCode.isAvailable(), "no g++: the kernels for CUDA were not computed on the host");
    }

    @ParameterizedTest
    @EnumSource
    void kernelsComputeWhatTheirOperatorsEvaluateTo(Style style) {
        agree(style, style == Style.F32 ? CASES : CASES / 2);
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource
    void kernelsComputeWhatTheirOperatorsEvaluateToInManyCases(Style style) {
        agree(style, style == Style.F32 ? MANY : MANY / 4);
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
        cuda.code.prepare(sources(all, Style.F32));
        all.forEach(c -> check(cuda, Style.F32, c));
    }

    private static void agree(Style style, int cases) {
        HostCuda cuda = new HostCuda();
        List<OpCase> all = cases(cases, style);
        cuda.code.prepare(sources(all, style));
        List<AssertionError> wrong = new ArrayList<>();
        for (OpCase c : all) {
            try {
                check(cuda, style, c);
            } catch (AssertionError e) {
                wrong.add(e);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(cuda.open()).isZero();
        int scaling = style.needsScale() ? 1 : 0; // the session's own kernels, not those of its steps
        assertThat(cuda.code.unprepared())
                .as("modules of which no case told before")
                .isEqualTo(scaling);
    }

    /** Cases of every operator with operands that a style holds, so many shapes of each. */
    static List<OpCase> cases(int shapes, Style style) {
        List<OpCase> all = new ArrayList<>();
        KernelsAgreeTest.forEachCase(shapes, c -> all.add(StyleAgreement.held(style, c)));
        return all;
    }

    private static void check(HostCuda cuda, Style style, OpCase c) {
        boolean cancels = CANCELLING.contains(c.op().name());
        StyleAgreement.check(cuda.backend(style, false), style, c, cancels ? 5e-5 : 1e-5, 0);
    }

    /** The sources of the kernels of all cases in a style, and those that copy their values to and fro. */
    static List<Source> sources(List<OpCase> cases, Style style) {
        List<Source> sources = new ArrayList<>();
        for (OpCase c : cases) {
            Site site = StyleAgreement.site(c, style);
            List<Work> works = new ArrayList<>(List.of(Works.of(Kernels.of(c), site)));
            site.in().forEach(value -> works.add(Works.copy(Form.rows(value.shape()), value)));
            works.add(Works.copy(site.out(), Form.rows(site.out().shape())));
            works.stream().flatMap(work -> work.calls().stream()).forEach(call -> {
                if (call instanceof Call.Launch launch) {
                    sources.add(launch.source());
                }
            });
        }
        return sources;
    }
}
