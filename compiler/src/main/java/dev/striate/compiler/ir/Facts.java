package dev.striate.compiler.ir;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What conditions say about single dimensions, for proofs: in which residue class they are, and between which bounds. A
 * size is at least 1. Conditions over several dimensions prove nothing here; they are checked when a session is opened.
 */
public final class Facts {
    private static final BigInteger LARGEST = BigInteger.valueOf(Integer.MAX_VALUE);

    /** {@code modulus * k + remainder}, for whole k. */
    private record Residue(BigInteger modulus, BigInteger remainder) {
        static final Residue ANY = new Residue(BigInteger.ONE, BigInteger.ZERO);

        /** What is in both classes; this one when nothing is, or nothing that fits an int. */
        Residue and(Residue other) {
            BigInteger gcd = modulus.gcd(other.modulus);
            BigInteger apart = other.remainder.subtract(remainder);
            if (apart.mod(gcd).signum() != 0) {
                return this;
            }
            // modulus * k = apart (mod other.modulus), divided by the gcd
            BigInteger reduced = other.modulus.divide(gcd);
            BigInteger k = reduced.equals(BigInteger.ONE)
                    ? BigInteger.ZERO
                    : apart.divide(gcd)
                            .multiply(modulus.divide(gcd).modInverse(reduced))
                            .mod(reduced);
            return modulus.multiply(reduced).compareTo(LARGEST) > 0
                    ? this
                    : new Residue(modulus.multiply(reduced), remainder.add(modulus.multiply(k)));
        }
    }

    private final Map<String, Residue> residues = new HashMap<>();
    private final Map<String, Rational> least = new HashMap<>();
    private final Map<String, Rational> most = new HashMap<>();
    /** For each symbol of a known class {@code m*k + r}: that, with the symbol for k. */
    private final Map<String, Dim> classes = new HashMap<>();
    /** The other way round: {@code (symbol - r) / m}. */
    private final Map<String, Dim> quotients = new HashMap<>();

    /** What follows from conditions that all hold. */
    public Facts(List<Condition> conditions) {
        for (Condition condition : conditions) {
            if (condition.dim().symbols().size() == 1) {
                learn(condition, condition.dim().symbols().first());
            }
        }
        residues.forEach((symbol, r) -> {
            Dim s = Dim.symbol(symbol);
            Rational modulus = new Rational(r.modulus, BigInteger.ONE);
            Dim remainder = Dim.of(new Rational(r.remainder, BigInteger.ONE));
            classes.put(symbol, s.times(Dim.of(modulus)).plus(remainder));
            quotients.put(symbol, s.minus(remainder).over(modulus));
        });
    }

    private void learn(Condition condition, String symbol) {
        Dim dim = condition.dim();
        Optional<Dim.Remainder> remainder = dim.asRemainder();
        if (remainder.isPresent()) {
            if (condition.relation() == Condition.Relation.ZERO) {
                learn(symbol, remainder.get());
            }
            return;
        }
        // a * symbol + b, compared with zero
        Rational a = dim.coefficient(symbol);
        Dim rest = dim.minus(Dim.symbol(symbol).times(Dim.of(a)));
        if (rest.constant().isEmpty()) {
            return;
        }
        Rational bound = rest.constant().get().negate().over(a);
        boolean equal = condition.relation() == Condition.Relation.ZERO;
        boolean atLeast = condition.relation() == Condition.Relation.AT_LEAST_ZERO;
        if (equal || (atLeast && a.signum() > 0)) {
            least.merge(symbol, bound, (x, y) -> x.compareTo(y) >= 0 ? x : y);
        }
        if (equal || (atLeast && a.signum() < 0)) {
            most.merge(symbol, bound, (x, y) -> x.compareTo(y) <= 0 ? x : y);
        }
    }

    /** Learns from {@code (symbol + b) % modulus == remainder}. */
    private void learn(String symbol, Dim.Remainder r) {
        Optional<Rational> b = r.of().minus(Dim.symbol(symbol)).constant();
        if (b.isPresent() && b.get().isInteger() && r.remainder().isInteger()) {
            BigInteger remainder = r.remainder().minus(b.get()).num().mod(r.modulus());
            Residue known = residues.getOrDefault(symbol, Residue.ANY);
            residues.put(symbol, known.and(new Residue(r.modulus(), remainder)));
        }
    }

    /** The smallest size that the facts allow; beyond an int when they allow none. */
    public long least(String symbol) {
        Residue residue = residues.getOrDefault(symbol, Residue.ANY);
        Rational bound = least.getOrDefault(symbol, Rational.ONE);
        BigInteger ceil = bound.negate().floor().negate().num();
        BigInteger from = ceil.max(BigInteger.ONE).min(LARGEST.add(BigInteger.ONE));
        return from.add(residue.remainder.subtract(from).mod(residue.modulus)).longValueExact();
    }

    /** From one size that the facts allow to the next. */
    public long step(String symbol) {
        return residues.getOrDefault(symbol, Residue.ANY).modulus.longValueExact();
    }

    /** The largest size that the facts allow; {@link Integer#MAX_VALUE} where they set no bound, 0 when there is none. */
    public long most(String symbol) {
        Rational bound = most.getOrDefault(symbol, Rational.of(Integer.MAX_VALUE));
        return bound.floor().num().min(LARGEST).max(BigInteger.ZERO).longValueExact();
    }

    /**
     * A dimension in the normal form that the facts allow: with {@code H % 8 == 0}, {@code floor(H/8)} becomes
     * {@code H/8}. Two that are equal in every residue class of the facts by the laws of {@link Dim} become equal.
     */
    public Dim normalize(Dim dim) {
        return residues.isEmpty() ? dim : dim.substitute(classes).substitute(quotients);
    }

    /** A type with all its dimensions in normal form. */
    public TensorType normalize(TensorType type) {
        return residues.isEmpty()
                ? type
                : new TensorType(
                        type.element(),
                        new Shape(type.shape().dims().stream()
                                .map(this::normalize)
                                .toList()));
    }

    /** Whether a dimension is a whole number for all sizes that the facts allow, as far as its coefficients tell. */
    public boolean isWhole(Dim dim) {
        return dim.substitute(classes).isWhole();
    }
}
