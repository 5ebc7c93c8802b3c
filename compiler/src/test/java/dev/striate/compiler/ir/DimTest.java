package dev.striate.compiler.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random symbolic expressions against the same computed directly at random sizes. */
class DimTest {
    private static final long SEED = 5;

    /** A symbolic expression and its value for one choice of sizes. */
    private record Pair(Dim dim, Rational value) {}

    private final SplittableRandom random = new SplittableRandom(SEED);

    private Pair expression(int depth, Map<String, Long> sizes) {
        if (depth == 0) {
            if (random.nextBoolean()) {
                Rational number = Rational.of(random.nextInt(-9, 10)).over(Rational.of(random.nextInt(1, 5)));
                return new Pair(Dim.of(number), number);
            }
            String symbol = random.nextBoolean() ? "N" : "H";
            return new Pair(Dim.symbol(symbol), Rational.of(sizes.getOrDefault(symbol, 0L)));
        }
        Pair a = expression(depth - 1, sizes);
        Pair b = expression(random.nextInt(depth), sizes);
        return switch (random.nextInt(5)) {
            case 0 -> new Pair(a.dim.plus(b.dim), a.value.plus(b.value));
            case 1 -> new Pair(a.dim.minus(b.dim), a.value.minus(b.value));
            case 2 -> new Pair(a.dim.times(b.dim), a.value.times(b.value));
            case 3 -> {
                Rational divisor = Rational.of(random.nextInt(1, 7));
                yield new Pair(a.dim.over(divisor), a.value.over(divisor));
            }
            default -> new Pair(a.dim.floor(), a.value.floor());
        };
    }

    private Map<String, Long> sizes() {
        return Map.of("N", random.nextLong(-40, 41), "H", random.nextLong(-40, 41));
    }

    @Test
    void arithmeticCommutesWithEvaluation() {
        for (int number = 0; number < 4000; number++) {
            Map<String, Long> sizes = sizes();
            Pair p = expression(random.nextInt(5), sizes);
            assertThat(p.dim.eval(sizes))
                    .as("seed %d, case %d: %s at %s", SEED, number, p.dim, sizes)
                    .isEqualTo(p.value);
        }
    }

    @Test
    void theLawsOfArithmeticGiveOneNormalForm() {
        for (int number = 0; number < 1000; number++) {
            Map<String, Long> sizes = sizes();
            Dim a = expression(2, sizes).dim;
            Dim b = expression(2, sizes).dim;
            Dim c = expression(2, sizes).dim;
            String text = "seed " + SEED + ", case " + number + ": " + a + " | " + b + " | " + c;
            assertThat(a.plus(b).times(c)).as(text).isEqualTo(c.times(b).plus(a.times(c)));
            assertThat(a.times(b).times(c)).as(text).isEqualTo(a.times(c.times(b)));
            assertThat(a.plus(b).minus(b)).as(text).isEqualTo(a);
            assertThat(a.minus(a)).as(text).isEqualTo(Dim.of(0));
            assertThat(a.plus(Dim.of(3)).floor())
                    .as(text)
                    .isEqualTo(a.floor().plus(Dim.of(3)))
                    .hasSameHashCodeAs(a.floor().plus(Dim.of(3)));
            assertThat(a.floor().floor()).as(text).isEqualTo(a.floor());
        }
    }

    @Test
    void javaComputesWhatEvaluationDoes() {
        for (int number = 0; number < 2000; number++) {
            Map<String, Long> sizes = sizes();
            Dim dim = expression(random.nextInt(4), sizes).dim.floor();
            assertThat(new JavaSum(dim.toJava(), sizes).value())
                    .as("seed %d, case %d: %s at %s is %s", SEED, number, dim, sizes, dim.toJava())
                    .isEqualTo(dim.eval(sizes).num().longValueExact());
        }
    }

    @Test
    void javaReadsAsAPersonWouldWriteIt() {
        Dim h = Dim.symbol("H");
        Dim half = h.minus(Dim.of(3)).over(Rational.of(2)).floor().plus(Dim.of(1));
        assertThat(half.toJava()).isEqualTo("Math.floorDiv(h + 1, 2) - 1");
        assertThat(Dim.N.times(h).minus(Dim.of(2)).toJava()).isEqualTo("h * n - 2");
        assertThat(Dim.of(0).toJava()).isEqualTo("0");
        assertThat(h.over(Rational.of(2)).toJava()).isEqualTo("h / 2");
        assertThat(h.plus(Dim.of(3)).over(Rational.of(4)).toJava()).isEqualTo("(h + 3) / 4");
        assertThat(h.times(Dim.of(3)).over(Rational.of(4)).minus(Dim.N)).hasToString("3*H/4 - N");
    }

    @Test
    void shapesNeedASizeForEverySymbolAndWholeDimensions() {
        Shape shape = Shape.of(Dim.N, Dim.symbol("H").over(Rational.of(2)));
        assertThat(shape.at(Map.of("N", 3L, "H", 8L)).toList()).containsExactly(3, 4);
        assertThat(shape.elements().eval(Map.of("N", 3L, "H", 8L))).isEqualTo(Rational.of(12));
        assertThatThrownBy(() -> shape.at(Map.of("N", 3L))).hasMessageContaining("no size is given for H");
        assertThatThrownBy(() -> shape.at(Map.of("N", 3L, "H", 7L))).hasMessageContaining("no size 3.5 on axis 1");
        assertThatThrownBy(() -> shape.at(Map.of("N", -1L, "H", 8L))).hasMessageContaining("no size -1 on axis 0");
    }

    /** Evaluates what {@code toJava} writes: sums of products of numbers, names and {@code Math.floorDiv}. */
    private static final class JavaSum {
        private final String text;
        private final Map<String, Long> sizes;
        private int at;

        JavaSum(String text, Map<String, Long> sizes) {
            this.text = text;
            this.sizes = sizes;
        }

        long value() {
            long sum = sum();
            assertThat(at).isEqualTo(text.length());
            return sum;
        }

        private boolean skip(String part) {
            boolean there = text.startsWith(part, at);
            at += there ? part.length() : 0;
            return there;
        }

        private long sum() {
            long sum = skip("-") ? -product() : product();
            while (true) {
                if (skip(" + ")) {
                    sum += product();
                } else if (skip(" - ")) {
                    sum -= product();
                } else {
                    return sum;
                }
            }
        }

        private long product() {
            long product = factor();
            while (skip(" * ")) {
                product *= factor();
            }
            return product;
        }

        private long factor() {
            if (skip("Math.floorDiv(")) {
                long a = sum();
                assertThat(skip(", ")).isTrue();
                long b = sum();
                assertThat(skip(")")).isTrue();
                return Math.floorDiv(a, b);
            }
            if (skip("n")) {
                return sizes.getOrDefault("N", 0L);
            }
            if (skip("h")) {
                return sizes.getOrDefault("H", 0L);
            }
            int start = at;
            while (at < text.length() && Character.isDigit(text.charAt(at))) {
                at++;
            }
            return Long.parseLong(text.substring(start, at));
        }
    }
}
