package dev.striate.compiler.ir;

import dev.striate.core.window.Arithmetic;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An exact symbolic number: a polynomial with rational coefficients over symbols such as {@code N} and over floors that
 * cannot be taken yet. It is always in normal form: two that are equal by the laws of addition and
 * multiplication are equal objects. Equalities between different floors are not all found. Dimensions
 * and all numbers of compile-time arithmetic are of this type.
 */
public final class Dim {
    /** What a monomial is a product of; every atom stands for a whole number. */
    private sealed interface Atom {
        /** A named dimension. */
        record Symbol(String name) implements Atom {
            @Override
            public String toString() {
                return name;
            }
        }

        /** The largest whole number not above a polynomial. */
        record Floor(Dim of) implements Atom {
            @Override
            public String toString() {
                return "floor(" + of + ")";
            }
        }
    }

    /** A product of atoms in order of their text; the empty product is 1. */
    private record Monomial(List<Atom> atoms) implements Comparable<Monomial> {
        static final Monomial ONE = new Monomial(List.of());

        Monomial times(Monomial b) {
            List<Atom> all = new ArrayList<>(atoms);
            all.addAll(b.atoms);
            all.sort(Comparator.comparing(Atom::toString));
            return new Monomial(List.copyOf(all));
        }

        /** Higher degrees first, then by text: the order in which people write polynomials. */
        @Override
        public int compareTo(Monomial b) {
            int byDegree = Integer.compare(b.atoms.size(), atoms.size());
            return byDegree != 0 ? byDegree : toString().compareTo(b.toString());
        }

        @Override
        public String toString() {
            List<String> names = atoms.stream().map(Atom::toString).toList();
            return String.join("*", names);
        }
    }

    /** The batch. */
    public static final Dim N = symbol("N");

    /** Symbolic sizes for window arithmetic. */
    public static final Arithmetic<Dim> ARITHMETIC = new Arithmetic<>() {
        @Override
        public Dim plus(Dim a, long k) {
            return a.plus(of(k));
        }

        @Override
        public Dim floorDiv(Dim a, long k) {
            return a.over(Rational.of(k)).floor();
        }
    };

    private final SortedMap<Monomial, Rational> terms;

    private Dim(SortedMap<Monomial, Rational> terms) {
        this.terms = terms;
    }

    /** A whole number. */
    public static Dim of(long value) {
        return of(Rational.of(value));
    }

    /** A number. */
    public static Dim of(Rational value) {
        return single(Monomial.ONE, value);
    }

    /** A named dimension. */
    public static Dim symbol(String name) {
        return single(new Monomial(List.of(new Atom.Symbol(name))), Rational.ONE);
    }

    private static Dim single(Monomial m, Rational coefficient) {
        SortedMap<Monomial, Rational> terms = new TreeMap<>();
        if (coefficient.signum() != 0) {
            terms.put(m, coefficient);
        }
        return new Dim(terms);
    }

    /** {@code this + b}. */
    public Dim plus(Dim b) {
        SortedMap<Monomial, Rational> sum = new TreeMap<>(terms);
        b.terms.forEach((m, c) -> add(sum, m, c));
        return new Dim(sum);
    }

    /** {@code this - b}. */
    public Dim minus(Dim b) {
        return plus(b.times(of(-1)));
    }

    /** {@code this * b}. */
    public Dim times(Dim b) {
        SortedMap<Monomial, Rational> product = new TreeMap<>();
        terms.forEach((m, c) -> b.terms.forEach((n, d) -> add(product, m.times(n), c.times(d))));
        return new Dim(product);
    }

    /**
     * {@code this / b}, exactly.
     *
     * @throws ArithmeticException when b is zero
     */
    public Dim over(Rational b) {
        return times(of(Rational.ONE.over(b)));
    }

    private static void add(SortedMap<Monomial, Rational> terms, Monomial m, Rational c) {
        Rational sum = terms.getOrDefault(m, Rational.ZERO).plus(c);
        if (sum.signum() == 0) {
            terms.remove(m);
        } else {
            terms.put(m, sum);
        }
    }

    /** The largest whole number not above this: whole multiples of atoms come out, the rest stays under the floor. */
    public Dim floor() {
        SortedMap<Monomial, Rational> whole = new TreeMap<>();
        SortedMap<Monomial, Rational> rest = new TreeMap<>();
        terms.forEach((m, c) -> {
            add(whole, m, c.floor());
            add(rest, m, c.minus(c.floor()));
        });
        Dim remainder = new Dim(rest);
        return remainder.constant().isPresent()
                ? new Dim(whole) // in [0, 1): nothing is left of it
                : new Dim(whole).plus(single(new Monomial(List.of(new Atom.Floor(remainder))), Rational.ONE));
    }

    /** The number, when no symbol is left. */
    public Optional<Rational> constant() {
        if (terms.isEmpty()) {
            return Optional.of(Rational.ZERO);
        }
        return terms.size() == 1 ? Optional.ofNullable(terms.get(Monomial.ONE)) : Optional.empty();
    }

    /** The whole number, when this is one and fits a long. */
    public Optional<Long> asLong() {
        return constant()
                .filter(c -> c.isInteger() && c.num().bitLength() < Long.SIZE)
                .map(c -> c.num().longValueExact());
    }

    /**
     * The whole number that this is.
     *
     * @throws IllegalStateException when it is symbolic, no whole number, or does not fit an int: check before
     */
    public int toInt() {
        return asLong().filter(v -> v == v.intValue())
                .map(Long::intValue)
                .orElseThrow(() -> new IllegalStateException(this + " is not an int"));
    }

    /** Whether this is the number {@code value}. */
    public boolean is(long value) {
        return equals(of(value));
    }

    /** Whether every coefficient is whole, so that this is a whole number for all sizes. */
    public boolean isWhole() {
        return terms.values().stream().allMatch(Rational::isInteger);
    }

    /**
     * The value for given sizes.
     *
     * @throws IllegalArgumentException naming a symbol without a size
     */
    public Rational eval(Map<String, Long> sizes) {
        Rational sum = Rational.ZERO;
        for (var term : terms.entrySet()) {
            Rational product = term.getValue();
            for (Atom atom : term.getKey().atoms()) {
                product = product.times(eval(atom, sizes));
            }
            sum = sum.plus(product);
        }
        return sum;
    }

    private static Rational eval(Atom atom, Map<String, Long> sizes) {
        return switch (atom) {
            case Atom.Symbol s -> size(s.name(), sizes);
            case Atom.Floor f -> f.of().eval(sizes).floor();
        };
    }

    private static Rational size(String name, Map<String, Long> sizes) {
        Long size = sizes.get(name);
        if (size == null) {
            throw new IllegalArgumentException("no size is given for " + name);
        }
        return Rational.of(size);
    }

    /** The same where some symbols have sizes. */
    public Dim at(Map<String, Long> sizes) {
        Dim sum = of(0);
        for (var term : terms.entrySet()) {
            Dim product = of(term.getValue());
            for (Atom atom : term.getKey().atoms()) {
                product = product.times(at(atom, sizes));
            }
            sum = sum.plus(product);
        }
        return sum;
    }

    private static Dim at(Atom atom, Map<String, Long> sizes) {
        return switch (atom) {
            case Atom.Symbol s -> sizes.containsKey(s.name()) ? of(size(s.name(), sizes)) : symbol(s.name());
            case Atom.Floor f -> f.of().at(sizes).floor();
        };
    }

    /**
     * This as a Java expression over int variables named like the symbols in lower case.
     *
     * @throws IllegalStateException when a coefficient is no whole number outside of a floor
     */
    public String toJava() {
        if (terms.isEmpty()) {
            return "0";
        }
        StringBuilder java = new StringBuilder();
        terms.forEach((m, c) -> {
            if (!c.isInteger()) {
                throw new IllegalStateException(this + " is not a whole number for all sizes");
            }
            java.append(java.isEmpty() ? (c.signum() < 0 ? "-" : "") : (c.signum() < 0 ? " - " : " + "));
            BigInteger magnitude = c.num().abs();
            List<String> factors = new ArrayList<>();
            if (!magnitude.equals(BigInteger.ONE) || m.atoms().isEmpty()) {
                factors.add(magnitude.toString());
            }
            m.atoms().forEach(a -> factors.add(java(a)));
            java.append(String.join(" * ", factors));
        });
        return java.toString();
    }

    private static String java(Atom atom) {
        return switch (atom) {
            case Atom.Symbol s -> s.name().toLowerCase(Locale.ROOT);
            case Atom.Floor f -> {
                BigInteger den = f.of().terms.values().stream()
                        .map(Rational::den)
                        .reduce(BigInteger.ONE, (a, b) -> a.multiply(b).divide(a.gcd(b)));
                Dim numerator = f.of().times(of(new Rational(den, BigInteger.ONE)));
                yield "Math.floorDiv(" + numerator.toJava() + ", " + den + ")";
            }
        };
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Dim d && terms.equals(d.terms);
    }

    @Override
    public int hashCode() {
        return terms.hashCode();
    }

    @Override
    public String toString() {
        if (terms.isEmpty()) {
            return "0";
        }
        StringBuilder text = new StringBuilder();
        terms.forEach((m, c) -> {
            text.append(text.isEmpty() ? (c.signum() < 0 ? "-" : "") : (c.signum() < 0 ? " - " : " + "));
            Rational magnitude = c.signum() < 0 ? c.negate() : c;
            String number = magnitude.equals(Rational.ONE) && !m.atoms().isEmpty() ? "" : magnitude.toString();
            text.append(number)
                    .append(number.isEmpty() || m.atoms().isEmpty() ? "" : "*")
                    .append(m);
        });
        return text.toString();
    }
}
