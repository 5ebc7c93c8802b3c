package dev.striate.compiler.ir;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;

/**
 * What must hold for the sizes of a net, checked once when a session is opened.
 *
 * @param dim what is compared with zero
 * @param relation how
 * @param text the condition as it was written, such as {@code H % 8 == 0}
 * @param origin where it was written
 */
public record Condition(Dim dim, Relation relation, String text, Origin origin) {
    /** How a number compares with zero. */
    public enum Relation {
        /** It is zero. */
        ZERO("=="),
        /** It is another. */
        NOT_ZERO("!="),
        /** It is zero or more. */
        AT_LEAST_ZERO(">=");

        private final String sign;

        Relation(String sign) {
            this.sign = sign;
        }

        boolean holds(int signum) {
            return switch (this) {
                case ZERO -> signum == 0;
                case NOT_ZERO -> signum != 0;
                case AT_LEAST_ZERO -> signum >= 0;
            };
        }
    }

    /** That {@code dim} is a whole number. */
    public static Condition isWhole(Dim dim, Origin origin) {
        Rational den = new Rational(dim.denominator(), BigInteger.ONE);
        Dim numerator = dim.times(Dim.of(den));
        String of = numerator.toString();
        String text = (of.contains(" ") ? "(" + of + ")" : of) + " % " + den + " == 0";
        return new Condition(numerator.minus(dim.floor().times(Dim.of(den))), Relation.ZERO, text, origin);
    }

    /** That {@code dim} is more than zero, which was written as {@code text}. */
    public static Condition isPositive(Dim dim, String text, Origin origin) {
        Dim whole = dim.times(Dim.of(new Rational(dim.denominator(), BigInteger.ONE)));
        return new Condition(whole.minus(Dim.of(1)), Relation.AT_LEAST_ZERO, text, origin);
    }

    /**
     * Whether it holds for given sizes.
     *
     * @throws IllegalArgumentException naming a symbol without a size
     */
    public boolean holds(Map<String, Long> sizes) {
        return relation.holds(dim.eval(sizes).signum());
    }

    /** This as a Java condition over variables as in {@link Dim#toJava}: {@code h % 8 == 0}, {@code h >= 32}. */
    public String toJava() {
        Rational den = new Rational(dim.denominator(), BigInteger.ONE);
        Dim whole = dim.times(Dim.of(den));
        Optional<Dim.Remainder> remainder = whole.asRemainder();
        if (remainder.isPresent()) {
            Dim.Remainder r = remainder.get();
            String of = r.of().toJava();
            // What is under a floor has no negative part, so that Java's remainder is that of mathematics.
            String left = (of.contains(" ") ? "(" + of + ")" : of) + " % " + r.modulus();
            return left + " " + relation.sign + " " + r.remainder();
        }
        Dim constant = Dim.of(whole.constantTerm());
        Dim left = whole.minus(constant);
        boolean turned = left.toJava().startsWith("-"); // h <= 64, not -h >= -64
        String sign = turned && relation == Relation.AT_LEAST_ZERO ? "<=" : relation.sign;
        return (turned ? Dim.of(0).minus(left) : left).toJava() + " " + sign + " "
                + (turned ? constant : Dim.of(0).minus(constant)).toJava();
    }
}
