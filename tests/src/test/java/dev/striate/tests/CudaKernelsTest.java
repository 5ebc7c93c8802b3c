package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.FusedOp;
import dev.striate.core.Sizes;
import dev.striate.runtime.cuda.kernel.Arg;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Element;
import dev.striate.runtime.cuda.kernel.Form;
import dev.striate.runtime.cuda.kernel.Site;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.Work;
import dev.striate.runtime.cuda.kernel.Works;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the CUDA backend plans, captures and generates computes, on the host, what operators evaluate to. */
class CudaKernelsTest {
    private static final int CASES = 4;
    private static final int MANY = 20;

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
        List<OpCase> all = new ArrayList<>();
        // What the device cannot hold is no part of the question what it computes.
        KernelsAgreeTest.forEachCase(
                cases, c -> all.add(c.map(v -> (double) HostValue.round(style.element(), v.floatValue()))));
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
    }

    private static void check(HostCuda cuda, Style style, OpCase c) {
        Nd expected = held(c.eval(), site(c, style).out().element());
        double least = KernelsAgreeTest.CANCELLED * KernelsAgreeTest.largestOperand(c);
        double distance = Feeds.distance(KernelRun.of(c, cuda.backend(style, false)), expected, least);
        boolean cancels = CANCELLING.contains(c.op().name());
        double largest = Math.max(Math.max(least, largest(expected)), Float.MIN_NORMAL);
        double rounding = rounding(c, expected, style) / largest;
        assertThat(distance).as("%s", c).isLessThanOrEqualTo((cancels ? 5e-5 : 1e-5) + rounding);
    }

    /** How far rounding may take a result: each time that a kernel writes it in the elements of its form. */
    private static double rounding(OpCase c, Nd expected, Style style) {
        Element element = site(c, style).out().element();
        double error = halfStep(element, largest(expected));
        for (OpCase before : written(c, style)) {
            error += halfStep(element, largest(before.eval()));
        }
        return error;
    }

    /** With infinite numbers for those that are too large for an element. */
    private static Nd held(Nd value, Element element) {
        return Nd.of(value.shape(), i -> {
            float rounded = HostValue.round(element, (float) value.get(i));
            return Float.isInfinite(rounded) ? rounded : value.get(i);
        });
    }

    private static double largest(Nd value) {
        return IntStream.range(0, value.size())
                .mapToDouble(value::get)
                .map(Math::abs)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    /** The largest error of rounding numbers of at most a given size. */
    private static double halfStep(Element element, double largest) {
        return switch (element) {
            case FLOAT32 -> 0;
            case BFLOAT16 -> largest * 0x1p-8;
            case FLOAT16 -> largest * 0x1p-11 + 0x1p-25; // and half the step of the smallest numbers
        };
    }

    /**
     * What lies in the result's place before the last kernel reads it from there. The functions behind it, sums and relu, change by no
     * more than it does.
     */
    private static List<OpCase> written(OpCase c, Style style) {
        long again = changesOfResult(c, style);
        if (again == 0) {
            return List.of();
        }
        if (!(c.op() instanceof FusedOp fused)) {
            return List.of(withoutBias(c));
        }
        OpCase anchor = anchor(c, fused);
        List<OpCase> before = written(anchor, style);
        return again > before.size()
                ? Stream.concat(Stream.of(anchor), before.stream()).toList()
                : before;
    }

    /** How many kernels of a step read what lies in the result's place and write there. */
    private static long changesOfResult(OpCase c, Style style) {
        return Works.of(Kernels.of(c), site(c, style)).calls().stream()
                .filter(call -> call instanceof Call.Launch l && Collections.frequency(l.args(), Arg.out()) > 1)
                .count();
    }

    private static OpCase anchor(OpCase c, FusedOp fused) {
        int own = fused.anchor().spec().operands().size();
        List<Node> operands = new ArrayList<>(c.node().inputs().subList(0, own));
        operands.addAll(c.node()
                .inputs()
                .subList(own + fused.epilogue().arity() - 1, c.node().inputs().size()));
        Node node = new Node(
                fused.anchor(),
                operands,
                c.node().type(),
                c.node().path(),
                c.node().origin());
        return new OpCase(node, c.values(), c.sizes());
    }

    private static OpCase withoutBias(OpCase c) {
        Map<String, Nd> values = new HashMap<>(c.values());
        values.replaceAll((path, value) -> path.endsWith(".bias") ? Nd.of(value.shape(), i -> 0) : value);
        return new OpCase(c.node(), values, c.sizes());
    }

    private static Site site(OpCase c, Style style) {
        List<Sizes> operands = new ArrayList<>();
        c.node().inputs().forEach(s -> operands.add(c.value(s).shape()));
        return Site.of(Kernels.of(c), style, operands, c.node().shape().at(c.sizes()));
    }

    /** The sources of the kernels of all cases in a style, and those that copy their values to and fro. */
    static List<Source> sources(List<OpCase> cases, Style style) {
        List<Source> sources = new ArrayList<>();
        for (OpCase c : cases) {
            Site site = site(c, style);
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
