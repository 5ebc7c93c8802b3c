package dev.striate.compiler.ir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.ir.Condition.Relation;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What facts claim holds for every size that fulfils the conditions. */
class FactsTest {
    private static final long SEED = 11;
    private static final Dim H = Dim.symbol("H");

    private final SplittableRandom random = new SplittableRandom(SEED);

    private static Condition condition(Dim dim, Relation relation) {
        Span span = new Span(new SourceFile("facts.cnn", "x"), 0, 1);
        return new Condition(dim, relation, "x", new Origin.Source(span));
    }

    private static Dim half(Dim dim) {
        return dim.over(Rational.of(2)).floor();
    }

    /** {@code dim % modulus - remainder}. */
    private static Dim remainder(Dim dim, int modulus, int remainder) {
        return dim.minus(dim.over(Rational.of(modulus)).floor().times(Dim.of(modulus)))
                .minus(Dim.of(remainder));
    }

    private Condition drawCondition() {
        return switch (random.nextInt(4)) {
            case 0 -> {
                int modulus = random.nextInt(1, 13);
                Dim shifted = H.plus(Dim.of(random.nextInt(-5, 20)));
                yield condition(remainder(shifted, modulus, random.nextInt(modulus)), Relation.ZERO);
            }
            case 1 ->
                condition(H.times(Dim.of(random.nextInt(1, 4))).minus(Dim.of(random.nextInt(60))), drawRelation());
            case 2 -> condition(Dim.of(random.nextInt(40, 300)).minus(H), drawRelation());
            default -> condition(H.minus(Dim.symbol("W")), Relation.ZERO);
        };
    }

    private Relation drawRelation() {
        return random.nextInt(3) == 0 ? Relation.NOT_ZERO : Relation.AT_LEAST_ZERO;
    }

    /** Windows, sums and products of H and W, as shapes of nets have them. */
    private Dim drawDim(int depth) {
        if (depth == 0) {
            return random.nextInt(3) == 0 ? Dim.symbol("W") : H;
        }
        Dim a = drawDim(depth - 1);
        return switch (random.nextInt(4)) {
            case 0 -> a.plus(drawDim(random.nextInt(depth)));
            case 1 -> a.times(Dim.of(random.nextInt(-2, 4)));
            default ->
                a.plus(Dim.of(random.nextInt(-4, 5)))
                        .over(Rational.of(random.nextInt(1, 7)))
                        .floor();
        };
    }

    @Test
    void factsHoldWhereTheConditionsDo() {
        int checked = 0;
        for (int number = 0; number < 500; number++) {
            List<Condition> conditions = new ArrayList<>();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                conditions.add(drawCondition());
            }
            Facts facts = new Facts(conditions);
            Dim dim = drawDim(random.nextInt(1, 5));
            for (long h = 1; h < 320; h += random.nextInt(1, 4)) {
                Map<String, Long> sizes = Map.of("H", h, "W", h);
                if (conditions.stream().allMatch(c -> c.holds(sizes))) {
                    String text = "seed " + SEED + ", case " + number + ": " + dim + " at " + h + ", " + conditions;
                    assertThat(facts.normalize(dim).eval(sizes)).as(text).isEqualTo(dim.eval(sizes));
                    assertThat(h).as(text).isBetween(facts.least("H"), facts.most("H"));
                    assertThat((h - facts.least("H")) % facts.step("H"))
                            .as(text)
                            .isZero();
                    Dim quarter = dim.over(Rational.of(4));
                    if (facts.isWhole(quarter)) {
                        assertThat(quarter.eval(sizes).isInteger()).as(text).isTrue();
                    }
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(3_000);
    }

    @Test
    void divisibilityMakesFloorsEqualToQuotients() {
        Facts facts = new Facts(List.of(condition(remainder(H, 8, 0), Relation.ZERO)));
        Dim eighth = half(half(half(H)));
        assertThat(facts.normalize(eighth)).isEqualTo(H.over(Rational.of(8))).hasToString("H/8");
        assertThat(facts.normalize(eighth).times(Dim.of(8))).isEqualTo(H);
        assertThat(facts.normalize(half(eighth)).toJava()).isEqualTo("Math.floorDiv(h, 16)");
        assertThat(facts.isWhole(H.over(Rational.of(8)))).isTrue();
        assertThat(facts.isWhole(H.over(Rational.of(16)))).isFalse();
        assertThat(new Facts(List.of()).normalize(eighth)).isEqualTo(eighth);
    }

    @Test
    void conditionsTogetherSayMore() {
        Facts facts = new Facts(List.of(
                condition(remainder(H, 4, 1), Relation.ZERO),
                condition(remainder(H, 6, 3), Relation.ZERO),
                condition(H.minus(Dim.of(32)), Relation.AT_LEAST_ZERO),
                condition(Dim.of(100).minus(H), Relation.AT_LEAST_ZERO)));
        assertThat(facts.step("H")).isEqualTo(12);
        assertThat(facts.least("H")).isEqualTo(33);
        assertThat(facts.most("H")).isEqualTo(100);
    }

    @Test
    void javaReadsLikeTheCondition() {
        assertThat(condition(remainder(H, 8, 0), Relation.ZERO).toJava()).isEqualTo("h % 8 == 0");
        assertThat(condition(remainder(H.plus(Dim.of(3)), 8, 1), Relation.NOT_ZERO)
                        .toJava())
                .isEqualTo("(h + 3) % 8 != 1");
        assertThat(condition(remainder(H.minus(Dim.of(3)), 8, 0), Relation.ZERO).toJava())
                .isEqualTo("(h + 5) % 8 == 0");
        assertThat(condition(H.minus(Dim.of(32)), Relation.AT_LEAST_ZERO).toJava())
                .isEqualTo("h >= 32");
        assertThat(condition(H.minus(Dim.symbol("W")), Relation.ZERO).toJava()).isEqualTo("h - w == 0");
    }
}
