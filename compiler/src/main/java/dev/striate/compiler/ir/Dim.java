package dev.striate.compiler.ir;

import dev.striate.core.window.Arithmetic;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import org.jspecify.annotations.Nullable;

/**
 * An exact symbolic number: a polynomial with rational coefficients over symbols such as {@code N} and over floors that
 * cannot be taken yet. It is always in normal form: two that are equal by the laws of addition and
 * multiplication are equal objects, and so are floors of floors that come to the same, such as
 * {@code floor(floor(H/2)/3)} and {@code floor(H/6)}. Equalities between different floors are not all found. Dimensions
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

        /** What is under the floor, when this is one floor. */
        Optional<Dim> floored() {
            return atoms.size() == 1 && atoms.getFirst() instanceof Atom.Floor(Dim of)
                    ? Optional.of(of)
                    : Optional.empty();
        }

        /** Higher degrees first, then by text: the order in which people write polynomials. */
        @Override
        public int compareTo(Monomial b) {
            int byDegree = Integer.compare(b.atoms.size(), atoms.size());
            if (byDegree != 0 || atoms.equals(b.atoms)) { // most are of degree 0 or 1, and their text is not needed
                return byDegree;
            }
            return toString().compareTo(b.toString());
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

    /** Most sizes are small whole numbers: these are one object each, made when it is asked for. */
    private static final @Nullable Dim[] SMALL = new Dim[1025];

    private final SortedMap<Monomial, Rational> terms;
    /** That of the terms, once it was asked for; 0 before. */
    private int hash;

    private Dim(SortedMap<Monomial, Rational> terms) {
        this.terms = terms;
    }

    /** A whole number. */
    public static Dim of(long value) {
        if (value < 0 || value >= SMALL.length) {
            return single(Monomial.ONE, Rational.of(value));
        }
        Dim known = SMALL[(int) value];
        if (known == null) {
            known = single(Monomial.ONE, Rational.of(value));
            SMALL[(int) value] = known;
        }
        return known;
    }

    /** A number. */
    public static Dim of(Rational value) {
        boolean isLong = value.isInteger() && value.num().bitLength() < Long.SIZE;
        return isLong ? of(value.num().longValue()) : single(Monomial.ONE, value);
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
        if (isNumber() && b.isNumber()) {
            return of(constantTerm().plus(b.constantTerm()));
        }
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
        if (isNumber() && b.isNumber()) {
            return of(constantTerm().times(b.constantTerm()));
        }
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
        Rational before = terms.get(m);
        Rational sum = before == null ? c : before.plus(c);
        if (sum.signum() == 0) {
            terms.remove(m);
        } else {
            terms.put(m, sum);
        }
    }

    /** The largest whole number not above this: whole multiples of atoms come out, the rest stays under the floor. */
    public Dim floor() {
        if (isNumber()) {
            return of(constantTerm().floor());
        }
        SortedMap<Monomial, Rational> whole = new TreeMap<>();
        SortedMap<Monomial, Rational> rest = new TreeMap<>();
        terms.forEach((m, c) -> {
            add(whole, m, c.floor());
            add(rest, m, c.minus(c.floor()));
        });
        Dim remainder = new Dim(rest);
        return remainder.constant().isPresent()
                ? new Dim(whole) // in [0, 1): nothing is left of it
                : new Dim(whole).plus(remainder.underFloor());
    }

    /** The floor of this, whose coefficients are all in [0, 1) and which is not constant. */
    private Dim underFloor() {
        Rational constant = constantTerm();
        Dim atoms = minus(of(constant));
        Rational den = new Rational(atoms.denominator(), BigInteger.ONE);
        // The atoms alone are a multiple of 1/den: of the constant, only whole multiples count.
        Dim rounded = atoms.plus(of(constant.times(den).floor().over(den)));
        List<Monomial> inner = atoms.terms.entrySet().stream()
                .filter(t -> t.getKey().floored().isPresent() && t.getValue().equals(Rational.ONE.over(den)))
                .map(Map.Entry::getKey)
                .toList();
        if (inner.size() == 1) { // floor((floor(y) + z) / den) = floor((y + z) / den) for a whole z
            Dim y = inner.getFirst().floored().orElseThrow();
            return rounded.minus(single(inner.getFirst(), Rational.ONE.over(den)))
                    .plus(y.over(den))
                    .floor();
        }
        return single(new Monomial(List.of(new Atom.Floor(rounded))), Rational.ONE);
    }

    /** The smallest number that makes every coefficient whole when multiplied with it. */
    BigInteger denominator() {
        return terms.values().stream()
                .map(Rational::den)
                .reduce(BigInteger.ONE, (a, b) -> a.multiply(b).divide(a.gcd(b)));
    }

    /** This with other dimensions in the place of symbols; those without one stay. */
    public Dim substitute(Map<String, Dim> symbols) {
        Dim sum = of(0);
        for (var term : terms.entrySet()) {
            Dim product = of(term.getValue());
            for (Atom atom : term.getKey().atoms()) {
                product = product.times(
                        switch (atom) {
                            case Atom.Symbol s -> symbols.getOrDefault(s.name(), symbol(s.name()));
                            case Atom.Floor f -> f.of().substitute(symbols).floor();
                        });
            }
            sum = sum.plus(product);
        }
        return sum;
    }

    /** The names of the symbols in this. */
    public SortedSet<String> symbols() {
        SortedSet<String> names = new TreeSet<>();
        for (Monomial m : terms.keySet()) {
            for (Atom atom : m.atoms()) {
                switch (atom) {
                    case Atom.Symbol s -> names.add(s.name());
                    case Atom.Floor f -> names.addAll(f.of().symbols());
                }
            }
        }
        return names;
    }

    /**
     * A number that is zero when {@code of} leaves a remainder.
     *
     * @param of what is divided
     * @param modulus by what
     * @param remainder what is left
     */
    public record Remainder(Dim of, BigInteger modulus, Rational remainder) {}

    /** This as {@code of % modulus - remainder}, when it was written so. */
    public Optional<Remainder> asRemainder() {
        for (var term : terms.entrySet()) {
            Optional<Dim> floored = term.getKey().floored();
            Rational modulus = term.getValue().negate();
            if (floored.isPresent() && modulus.isInteger() && modulus.signum() > 0) {
                Dim of = floored.get().times(of(modulus));
                Optional<Rational> rest = of.minus(this)
                        .plus(single(term.getKey(), term.getValue()))
                        .constant();
                if (rest.isPresent()) {
                    return Optional.of(new Remainder(of, modulus.num(), rest.get()));
                }
            }
        }
        return Optional.empty();
    }

    /** The number in front of a symbol by itself. */
    Rational coefficient(String symbol) {
        return terms.getOrDefault(new Monomial(List.of(new Atom.Symbol(symbol))), Rational.ZERO);
    }

    /** The number that is added to the rest. */
    public Rational constantTerm() {
        return terms.getOrDefault(Monomial.ONE, Rational.ZERO);
    }

    /** The number, when no symbol is left. */
    public Optional<Rational> constant() {
        return isNumber() ? Optional.of(constantTerm()) : Optional.empty();
    }

    /** Whether no symbol is left. */
    private boolean isNumber() {
        return terms.isEmpty() || (terms.size() == 1 && terms.firstKey().atoms().isEmpty());
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

    /**
     * Whether this cannot stand for {@code b}: they differ for all sizes, as far as their difference tells, or with the
     * batch, which is any.
     */
    public boolean differs(Dim b) {
        Dim difference = minus(b);
        return difference.constant().filter(c -> c.signum() != 0).isPresent()
                || difference.symbols().contains("N");
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

    /** The Java variable for a symbol: its name with a small first letter, different from what generated code declares. */
    public static String variable(String symbol) {
        String name = symbol.substring(0, 1).toLowerCase(Locale.ROOT) + symbol.substring(1);
        boolean taken = SourceVersion.isKeyword(name)
                || Set.of("b", "backend", "batch", "sizes").contains(name);
        return taken ? name + "_" : name;
    }

    /**
     * This as a Java expression over int variables, see {@link #variable}. A division in it is exact where
     * this is a whole number, which is for the caller to know.
     */
    public String toJava() {
        BigInteger den = denominator();
        if (den.equals(BigInteger.ONE)) {
            return sum(Dim::java);
        }
        String numerator = times(of(new Rational(den, BigInteger.ONE))).toJava();
        return (terms.size() == 1 ? numerator : "(" + numerator + ")") + " / " + den;
    }

    private static String java(Atom atom) {
        return switch (atom) {
            case Atom.Symbol s -> variable(s.name());
            case Atom.Floor f -> {
                BigInteger den = f.of().denominator();
                Dim numerator = f.of().times(of(new Rational(den, BigInteger.ONE)));
                yield "Math.floorDiv(" + numerator.toJava() + ", " + den + ")";
            }
        };
    }

    /**
     * Arithmetic in which a dimension can be computed.
     *
     * @param <T> what a number is
     */
    public interface Calculator<T> {
        /** A whole number. */
        T number(long value);

        /** The size of a named dimension. */
        T symbol(String name);

        /** {@code a + b}. */
        T plus(T a, T b);

        /** {@code a * b}. */
        T times(T a, T b);

        /** {@code a / b}: exact, or rounded towards 0 where {@code a} is not negative. */
        T over(T a, long b);
    }

    /** This, computed in another arithmetic. A division in it is exact where this is a whole number. */
    public <T> T compute(Calculator<T> in) {
        Rational den = new Rational(denominator(), BigInteger.ONE);
        return den.equals(Rational.ONE)
                ? terms.entrySet().stream()
                        .map(t -> compute(t.getKey(), t.getValue().num().longValueExact(), in))
                        .reduce(in::plus)
                        .orElseGet(() -> in.number(0))
                : in.over(times(of(den)).compute(in), den.num().longValueExact());
    }

    private static <T> T compute(Monomial monomial, long factor, Calculator<T> in) {
        Stream<T> factors = monomial.atoms().stream().map(atom -> switch (atom) {
            case Atom.Symbol s -> in.symbol(s.name());
            case Atom.Floor f -> f.of().compute(in);
        });
        boolean told = factor == 1 && !monomial.atoms().isEmpty();
        return (told ? factors : Stream.concat(factors, Stream.of(in.number(factor))))
                .reduce(in::times)
                .orElseThrow();
    }

    /** The terms with their signs and numbers between them; what is divided has its divisor last. */
    private String sum(Function<Atom, String> atoms) {
        if (terms.isEmpty()) {
            return "0";
        }
        StringBuilder text = new StringBuilder();
        terms.forEach((m, c) -> {
            text.append(text.isEmpty() ? (c.signum() < 0 ? "-" : "") : (c.signum() < 0 ? " - " : " + "));
            List<String> factors = new ArrayList<>();
            if (!c.num().abs().equals(BigInteger.ONE) || m.atoms().isEmpty()) {
                factors.add(c.num().abs().toString());
            }
            m.atoms().forEach(a -> factors.add(atoms.apply(a)));
            text.append(String.join(" * ", factors));
            if (!c.isInteger()) {
                text.append(" / ").append(c.den());
            }
        });
        return text.toString();
    }

    @Override
    public boolean equals(Object o) {
        return o == this || (o instanceof Dim d && terms.equals(d.terms));
    }

    @Override
    public int hashCode() {
        if (hash == 0) {
            hash = terms.hashCode();
        }
        return hash;
    }

    /** As people write it, without spaces around {@code *} and {@code /}: {@code 64*H/8 + 1}. */
    @Override
    public String toString() {
        return constant().isPresent()
                ? constant().get().toString()
                : sum(Atom::toString).replace(" * ", "*").replace(" / ", "/");
    }
}
