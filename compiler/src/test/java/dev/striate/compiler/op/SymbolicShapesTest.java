package dev.striate.compiler.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.ir.Condition;
import dev.striate.compiler.ir.Condition.Relation;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Facts;
import dev.striate.compiler.ir.Nodes;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.core.Sizes;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Shapes inferred with symbols and evaluated at sizes are those inferred at these sizes, for all window operators. */
class SymbolicShapesTest {
    private static final List<Rounding> ROUNDINGS = List.of(Rounding.EXACT, Rounding.FLOOR, Rounding.CEIL);

    private SplittableRandom random = new SplittableRandom();

    private int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    private Op drawOp() {
        String name = switch (random.nextInt(3)) {
            case 0 -> "conv";
            case 1 -> "max_pool";
            default -> "avg_pool";
        };
        Map<String, Object> attrs = new HashMap<>();
        attrs.put("kernel", new Extent(between(1, 4), between(1, 4)));
        attrs.put("stride", new Extent(between(1, 3), between(1, 3)));
        attrs.put("round", ROUNDINGS.get(random.nextInt(3)));
        attrs.put("pad", random.nextInt(3) == 0 ? Padding.SAME : Padding.of(between(0, 2), between(0, 2)));
        if (name.equals("conv")) {
            attrs.put("filters", between(1, 3));
            attrs.put("dilation", new Extent(between(1, 2), between(1, 2)));
        }
        OpSpec<?> spec = Ops.byName(name).orElseThrow();
        return spec.make(new Args(spec, attrs));
    }

    /** What may be known of H: nothing, or a remainder. */
    private List<Condition> drawConditions() {
        if (random.nextInt(3) == 0) {
            return List.of();
        }
        Dim h = Dim.symbol("H");
        int modulus = between(2, 12);
        Dim remainder = h.minus(h.over(Rational.of(modulus)).floor().times(Dim.of(modulus)))
                .minus(Dim.of(random.nextInt(modulus)));
        return List.of(new Condition(remainder, Relation.ZERO, "H", Nodes.ORIGIN));
    }

    /** A symbol, or what a layer that enlarges makes of it. */
    private Dim drawSize(String symbol) {
        Dim dim = Dim.symbol(symbol);
        return random.nextInt(3) == 0 ? dim.times(Dim.of(between(2, 6))).plus(Dim.of(between(0, 3))) : dim;
    }

    private static TensorType map(Dim h, Dim w) {
        return TensorType.f32(Shape.of(Dim.N, Dim.of(2), h, w));
    }

    private static TensorType infer(Op op, TensorType x) {
        return op.spec().type(op, List.of(x));
    }

    @Test
    void evaluatingCommutesWithInference() {
        int compared = 0;
        int refused = 0;
        for (int seed = 0; seed < 800; seed++) {
            random = new SplittableRandom(seed);
            List<Condition> conditions = drawConditions();
            Facts facts = new Facts(conditions);
            List<TensorType> symbolic = new ArrayList<>(List.of(map(drawSize("H"), drawSize("W"))));
            List<Op> chain = new ArrayList<>();
            for (int i = between(1, 6); i > 0; i--) {
                Op op = drawOp();
                try {
                    symbolic.add(facts.normalize(infer(op, symbolic.getLast())));
                    chain.add(op);
                } catch (ShapeError never) {
                    refused += refusedAtAnySize(op, symbolic.getLast(), facts);
                }
            }
            for (int i = 0; i < 8; i++) {
                compared +=
                        compare(chain, symbolic, conditions, Map.of("N", 1L, "H", 1L + between(0, 90), "W", 1L + i));
            }
        }
        assertThat(compared).isGreaterThan(2000);
        assertThat(refused).isPositive();
    }

    /** The number of layers at which both agree, up to the first that does not fit. */
    private static int compare(
            List<Op> chain, List<TensorType> symbolic, List<Condition> conditions, Map<String, Long> sizes) {
        if (!conditions.stream().allMatch(c -> c.holds(sizes))) {
            return 0;
        }
        Sizes start = symbolic.getFirst().shape().at(sizes);
        TensorType concrete = map(Dim.of(start.dim(2)), Dim.of(start.dim(3)));
        for (int i = 0; i < chain.size(); i++) {
            try {
                concrete = infer(chain.get(i), concrete);
            } catch (ShapeError doesNotFit) {
                return i;
            }
            Sizes found = symbolic.get(i + 1).shape().at(sizes);
            assertThat(concrete.shape().at(sizes))
                    .as("%s at %s: %s", chain.subList(0, i + 1), sizes, symbolic.get(i + 1))
                    .isEqualTo(found);
        }
        return chain.size();
    }

    /** What is refused with symbols does not fit at any size, either; 1 when some were tried. */
    private static int refusedAtAnySize(Op op, TensorType x, Facts facts) {
        int tried = 0;
        for (long size = facts.least("H"); size < 60; size += facts.step("H")) {
            Map<String, Long> sizes = Map.of("N", 1L, "H", size, "W", size);
            Rational h = x.shape().dim(2).eval(sizes);
            Rational w = x.shape().dim(3).eval(sizes);
            if (h.signum() > 0 && w.signum() > 0) {
                TensorType concrete = map(Dim.of(h), Dim.of(w));
                assertThat(fits(op, concrete))
                        .as("%s on %s at %s", op, x, sizes)
                        .isFalse();
                tried = 1;
            }
        }
        return tried;
    }

    private static boolean fits(Op op, TensorType x) {
        try {
            return Arrays.stream(infer(op, x).shape().at(Map.of("N", 1L)).toArray())
                    .allMatch(d -> d > 0);
        } catch (ShapeError e) {
            return false;
        }
    }
}
