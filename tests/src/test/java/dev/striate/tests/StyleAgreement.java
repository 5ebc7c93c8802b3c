package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.FusedOp;
import dev.striate.core.Sizes;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.cuda.kernel.Arg;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Element;
import dev.striate.runtime.cuda.kernel.Site;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.cuda.kernel.Works;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Operators on the CUDA backend in any style against the evaluator, with as much room as the numbers of the style have digits. */
final class StyleAgreement {
    private static final int NETS = 4;
    private static final int PICTURE = 32;

    private StyleAgreement() {}

    /**
     * The largest relative error of rounding a number to what a style multiplies: half the distance of two neighbours, 2^-p for p significant
     * bits.
     */
    static double halfStep(Style style) {
        return switch (style) {
            case F32 -> 0x1p-24;
            case TF32, FP16 -> 0x1p-11;
            case BF16 -> 0x1p-8;
        };
    }

    /** A case with operands that the style holds: how they are rounded before is no part of the question what is computed of them. */
    static OpCase held(Style style, OpCase c) {
        return c.map(v -> (double)
                (style == Style.TF32 ? tf32(v.floatValue()) : HostValue.round(style.element(), v.floatValue())));
    }

    /** The nearest number with TF32's eleven bits. */
    private static float tf32(float v) {
        int bits = Float.floatToRawIntBits(v);
        return Float.isNaN(v) ? v : Float.intBitsToFloat((bits + 0x1000) & 0xffffe000); // without the last 13
    }

    /**
     * Compares the kernel of a case with the evaluator. Results are rounded to the elements of their form each time that a kernel writes
     * them. What libraries multiply may have been rounded before, as algorithms sum up some operands first: each factor of a product by
     * half a step, so that a sum of products is off by two half steps of the sum of their absolute values at most.
     *
     * @param base what sums in float32 may be off, relative to the largest number of the result
     * @param roundings how often libraries may round each factor
     */
    static void check(Backend backend, Style style, OpCase c, double base, int roundings) {
        Nd expected = held(c.eval(), site(c, style).out().element());
        double least = KernelsAgreeTest.CANCELLED * KernelsAgreeTest.largestOperand(c);
        double distance = Feeds.distance(KernelRun.of(c, backend), expected, least);
        double largest = Math.max(Math.max(least, largest(expected)), Float.MIN_NORMAL);
        double rounding = rounding(c, expected, style) + 2 * roundings * halfStep(style) * products(c, style);
        assertThat(distance).as("%s in %s", c, style).isLessThanOrEqualTo(base + rounding / largest);
    }

    /**
     * The smallest nets of the library that convolve, in a style that rounds.
     *
     * @param backend opens a backend in the style
     */
    static List<DynamicTest> smallNets(Style style, Supplier<Backend> backend) throws Exception {
        return LibraryNet.all().stream()
                .filter(n -> n.net().model().training() != null && convolves(n))
                .sorted(Comparator.comparingDouble(LibraryNet::weight))
                .limit(NETS)
                .map(net -> DynamicTest.dynamicTest(
                        net + " in " + style,
                        () -> NetAgreement.checkRounded(
                                net.generated(), backend.get(), halfStep(style), 4, net.sizes(PICTURE))))
                .toList();
    }

    private static boolean convolves(LibraryNet net) {
        return net.net().model().graph().nodes().stream()
                .anyMatch(n -> n.isParam() && n.shape().rank() == 4);
    }

    /** The largest sum of absolute values of products that a library computes for a case; 0 where none does. */
    private static double products(OpCase c, Style style) {
        boolean multiplies = Works.of(Kernels.of(c), site(c, style)).calls().stream()
                .anyMatch(call -> !(call instanceof Call.Launch || call instanceof Call.Copy));
        OpCase anchor = c.op() instanceof FusedOp fused ? anchor(c, fused) : c;
        return multiplies ? largest(anchor.map(Math::abs).eval()) : 0;
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
            case BFLOAT16 -> largest * halfStep(Style.BF16);
            case FLOAT16 -> largest * halfStep(Style.FP16) + 0x1p-25; // and half the step of the smallest numbers
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

    /** Where the values of a case lie in a style. */
    static Site site(OpCase c, Style style) {
        List<Sizes> operands = new ArrayList<>();
        c.node().inputs().forEach(s -> operands.add(c.value(s).shape()));
        return Site.of(Kernels.of(c), style, operands, c.node().shape().at(c.sizes()));
    }
}
