package dev.striate.compiler.ir;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * An exact fraction in lowest terms.
 *
 * @param num the numerator, which carries the sign
 * @param den the denominator, at least 1
 */
public record Rational(BigInteger num, BigInteger den) implements Comparable<Rational> {
    /** Zero. */
    public static final Rational ZERO = of(0);

    /** One. */
    public static final Rational ONE = of(1);

    /**
     * Reduces to lowest terms.
     *
     * @throws ArithmeticException when the denominator is zero
     */
    public Rational {
        if (den.signum() == 0) {
            throw new ArithmeticException("division by zero");
        }
        if (!den.equals(BigInteger.ONE)) { // most are whole numbers
            BigInteger gcd = num.gcd(den);
            if (den.signum() < 0) {
                gcd = gcd.negate();
            }
            num = num.divide(gcd);
            den = den.divide(gcd);
        }
    }

    /** A whole number. */
    public static Rational of(long value) {
        return new Rational(BigInteger.valueOf(value), BigInteger.ONE);
    }

    /** A decimal, exactly. */
    public static Rational of(BigDecimal value) {
        return value.scale() <= 0
                ? new Rational(value.toBigIntegerExact(), BigInteger.ONE)
                : new Rational(value.unscaledValue(), BigInteger.TEN.pow(value.scale()));
    }

    /** {@code this + b}. */
    public Rational plus(Rational b) {
        return isInteger() && b.isInteger()
                ? new Rational(num.add(b.num), den)
                : new Rational(num.multiply(b.den).add(b.num.multiply(den)), den.multiply(b.den));
    }

    /** {@code -this}. */
    public Rational negate() {
        return new Rational(num.negate(), den);
    }

    /** {@code this - b}. */
    public Rational minus(Rational b) {
        return plus(b.negate());
    }

    /** {@code this * b}. */
    public Rational times(Rational b) {
        return new Rational(num.multiply(b.num), isInteger() ? b.den : den.multiply(b.den));
    }

    /**
     * {@code this / b}.
     *
     * @throws ArithmeticException when b is zero
     */
    public Rational over(Rational b) {
        return new Rational(num.multiply(b.den), den.multiply(b.num));
    }

    /** The largest whole number not above this. */
    public Rational floor() {
        if (isInteger()) {
            return this;
        }
        BigInteger[] parts = num.divideAndRemainder(den);
        return new Rational(parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0], BigInteger.ONE);
    }

    /** Whether this is a whole number. */
    public boolean isInteger() {
        return den.equals(BigInteger.ONE);
    }

    /** -1, 0 or 1. */
    public int signum() {
        return num.signum();
    }

    /** The nearest double. */
    public double toDouble() {
        return new BigDecimal(num)
                .divide(new BigDecimal(den), MathContext.DECIMAL64)
                .doubleValue();
    }

    @Override
    public int compareTo(Rational b) {
        return num.multiply(b.den).compareTo(b.num.multiply(den));
    }

    /** A whole number as it is, a decimal where it ends, else a fraction. */
    @Override
    public String toString() {
        if (isInteger()) {
            return num.toString();
        }
        try {
            return new BigDecimal(num).divide(new BigDecimal(den)).toPlainString();
        } catch (ArithmeticException endless) {
            return num + "/" + den;
        }
    }
}
