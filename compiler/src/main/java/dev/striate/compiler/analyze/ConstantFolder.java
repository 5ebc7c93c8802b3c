package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.op.Axis;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.Ast.BinaryOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compile-time arithmetic: exact, over numbers that may depend on the batch. Reports what has no meaning, once. */
final class ConstantFolder {
    /** Numbers of more bits are no sizes of anything, and powers of powers would take for ever. */
    private static final int MOST_BITS = 4096;

    /** Longer lists are slips of the pen. */
    private static final int MOST_ELEMENTS = 100_000;

    /** Functions beside those of the language, such as {@code params()} in a contract. */
    @FunctionalInterface
    interface Others {
        /** The functions of the language alone. */
        Others NONE = call -> null;

        /** The value of a call, or null when it is of no such function. */
        @Nullable
        Const call(Ast.Call call);
    }

    private final Scope scope;
    private final Log log;
    private final Others functions;
    private final Map<String, Long> sizes;

    ConstantFolder(Scope scope, Log log) {
        this(scope, log, Others.NONE, Map.of());
    }

    ConstantFolder(Scope scope, Log log, Others functions, Map<String, Long> sizes) {
        this.scope = scope;
        this.log = log;
        this.functions = functions;
        this.sizes = sizes;
    }

    /** The value of {@code expr}; {@link Const.Unknown} after an error. */
    Const fold(Ast.Expr expr) {
        return switch (expr) {
            case Ast.Num n -> new Const.Num(Dim.of(Rational.of(n.value())));
            case Ast.Bool b -> new Const.Bool(b.value());
            case Ast.Text t -> new Const.Text(t.value());
            case Ast.Extent e -> new Const.Extents(e.sizes());
            case Ast.Quantity q -> quantity(q);
            case Ast.ListLiteral l -> items(l.elements());
            case Ast.Ref r -> name(r.name());
            case Ast.Unary u -> unary(u);
            case Ast.Binary b -> binary(b);
            case Ast.Conditional c -> conditional(c);
            case Ast.Call c -> call(c);
            case Ast.Index i -> index(i);
            case Ast.Member m -> member(m);
            case Ast.Tuple t -> notANumber(t.span());
            case Ast.Chain c -> notANumber(c.span());
            case Ast.Merge m -> notANumber(m.span());
        };
    }

    /** Whether a comparison of sizes holds; empty when that depends on sizes that are not known yet. */
    Optional<Boolean> decide(Ast.Expr condition) {
        if (condition instanceof Ast.Binary b && isComparison(b.op())) {
            Const left = fold(b.left());
            Const right = fold(b.right());
            boolean open = left instanceof Const.Num(Dim x)
                    && right instanceof Const.Num(Dim y)
                    && x.minus(y).constant().isEmpty();
            if (open || left.isUnknown() || right.isUnknown()) {
                return Optional.empty();
            }
        }
        return fold(condition) instanceof Const.Bool(boolean holds) ? Optional.of(holds) : Optional.empty();
    }

    Const error(Code code, Span span, String message, String fix) {
        log.add(Diagnostic.error(code, span, message).fix(fix));
        return Const.unknown();
    }

    private Const notANumber(Span span) {
        return error(
                Code.ARITHMETIC,
                span,
                Log.quote(span) + " is computed when the net runs, and a number known at compile time is needed",
                "write a number, or a parameter of the net");
    }

    // ---- leaves

    private static Const quantity(Ast.Quantity q) {
        Rational amount = Rational.of(q.amount().value());
        long factor = switch (q.unit()) {
            case EPOCH, STEP -> 0;
            case KIB -> 1L << 10;
            case MIB -> 1L << 20;
            case GIB -> 1L << 30;
            case MMAC -> 1_000_000;
            case GMAC -> 1_000_000_000;
        };
        return factor == 0
                ? new Const.Duration(amount, q.unit())
                : new Const.Num(Dim.of(amount.times(Rational.of(factor))));
    }

    private Const items(List<Ast.Expr> elements) {
        List<Const> values = elements.stream().map(this::fold).toList();
        return values.stream().anyMatch(Const::isUnknown) ? Const.unknown() : new Const.Items(values);
    }

    private Const name(Ast.Name name) {
        Entry entry = scope.find(name.text());
        if (entry instanceof Entry.Constant c) {
            return c.value() instanceof Const.Num(Dim dim) ? new Const.Num(dim.at(sizes)) : c.value();
        }
        if (entry != null) {
            return entry.isUnknown() ? Const.unknown() : notANumber(name.span());
        }
        if (name.text().equals("N")) {
            return new Const.Num(Dim.N.at(sizes));
        }
        log.unknown(Code.UNKNOWN_NAME, name, "parameter", "parameters", scope.constants());
        return Const.unknown();
    }

    /** A size of a value: {@code x.C}. */
    private Const member(Ast.Member m) {
        Entry target = scope.resolve(m.target());
        if (target == null) {
            if (m.target() instanceof Ast.Ref r) {
                log.unknown(Code.UNKNOWN_NAME, r.name(), "value or label", "values and labels", scope.values());
                return Const.unknown();
            }
            return notANumber(m.span());
        }
        if (target.isUnknown()) {
            return Const.unknown();
        }
        if (!(target instanceof Entry.Computed c && c.value() instanceof Value.One one)) {
            return error(
                    Code.ARITHMETIC,
                    m.span(),
                    Log.quote(m.target().span()) + " is " + target.kind() + " and has no sizes of its own",
                    "take the size of one value: `x." + m.member().text() + "`");
        }
        int rank = one.node().shape().rank();
        Optional<Integer> axis = new Axis(m.member().text()).index(rank);
        return axis.isPresent()
                ? new Const.Num(one.node().shape().dim(axis.get()).at(sizes))
                : error(
                        Code.AXIS,
                        m.member().span(),
                        Log.quote(m.target().span()) + " is " + one.node().type() + " and has no axis `"
                                + m.member().text() + "`",
                        Axis.choices(rank));
    }

    /** An element of a list, counted from 0. */
    private Const index(Ast.Index i) {
        Const target = fold(i.target());
        Const place = fold(i.index());
        if (target.isUnknown() || place.isUnknown()) {
            return Const.unknown();
        }
        List<Const> elements = switch (target) {
            case Const.Items(List<Const> items) -> items;
            case Const.Extents(List<Integer> sizes) ->
                sizes.stream().<Const>map(v -> new Const.Num(Dim.of(v))).toList();
            default -> null;
        };
        if (elements == null) {
            return error(
                    Code.ARITHMETIC,
                    i.target().span(),
                    Log.quote(i.target().span()) + " is " + target.kind() + ", and only lists have elements",
                    "index a list: `[64, 128][0]`");
        }
        Optional<Long> at = place instanceof Const.Num(Dim number) ? number.asLong() : Optional.empty();
        return at.isPresent() && at.get() >= 0 && at.get() < elements.size()
                ? elements.get(at.get().intValue())
                : error(
                        Code.ARITHMETIC,
                        i.index().span(),
                        Log.quote(i.target().span()) + " has no element " + place,
                        elements.isEmpty()
                                ? "it is empty"
                                : "its elements are counted from 0 to " + (elements.size() - 1));
    }

    // ---- operators

    private Const unary(Ast.Unary u) {
        Const operand = fold(u.operand());
        if (u.op() == Ast.UnaryOp.NEGATE && operand instanceof Const.Num(Dim value)) {
            return new Const.Num(value.times(Dim.of(-1)));
        }
        if (u.op() == Ast.UnaryOp.NOT && operand instanceof Const.Bool(boolean value)) {
            return new Const.Bool(!value);
        }
        return operand.isUnknown() ? operand : wrongOperand(u.op().sign(), u.operand(), operand);
    }

    Const wrongOperand(String sign, Ast.Expr written, Const value) {
        boolean logical = sign.equals("!") || sign.equals("&&") || sign.equals("||");
        String needed = logical ? "true or false" : "numbers";
        return error(
                Code.ARITHMETIC,
                written.span(),
                "`" + sign + "` takes " + needed + ", not " + Log.quote(written.span())
                        + (written instanceof Ast.Ref ? ", which is " + value : ""),
                logical ? "compare first, such as `classes > 2`" : "write a number here");
    }

    private Const binary(Ast.Binary b) {
        Const left = fold(b.left());
        if (b.op() == BinaryOp.AND || b.op() == BinaryOp.OR) {
            return logical(b, left);
        }
        Const right = fold(b.right());
        if (left.isUnknown() || right.isUnknown()) {
            return Const.unknown();
        }
        if (left instanceof Const.Num(Dim x) && right instanceof Const.Num(Dim y)) {
            return b.op() == BinaryOp.RANGE
                    ? range(b, x, y)
                    : isComparison(b.op()) ? compare(b, x, y) : arithmetic(b, x, y);
        }
        if ((left instanceof Const.Items || right instanceof Const.Items)
                && b.op() != BinaryOp.RANGE
                && !isComparison(b.op())) {
            return elementWise(b, left, right);
        }
        if (b.op() == BinaryOp.EQUAL || b.op() == BinaryOp.UNEQUAL) {
            return left.getClass() == right.getClass()
                    ? new Const.Bool(left.equals(right) == (b.op() == BinaryOp.EQUAL))
                    : error(
                            Code.ARITHMETIC,
                            b.span(),
                            "%s is %s and %s is %s, which cannot be compared"
                                    .formatted(
                                            Log.quote(b.left().span()),
                                            left.kind(),
                                            Log.quote(b.right().span()),
                                            right.kind()),
                            "compare two values of the same kind");
        }
        return left instanceof Const.Num
                ? wrongOperand(b.op().sign(), b.right(), right)
                : wrongOperand(b.op().sign(), b.left(), left);
    }

    /** {@code 0..n}: from the first number up to, but without, the last. */
    private Const range(Ast.Binary b, Dim from, Dim to) {
        Optional<Long> first = from.asLong();
        Optional<Long> end = to.asLong();
        if (first.isEmpty() || end.isEmpty() || end.get() - first.get() > MOST_ELEMENTS) {
            return error(
                    Code.ARITHMETIC,
                    b.span(),
                    "a range goes from one whole number to another, at most " + MOST_ELEMENTS + " further, and "
                            + Log.quote(b.span()) + " is " + from + ".." + to,
                    "write `0..4` for 0, 1, 2 and 3");
        }
        List<Const> numbers = new ArrayList<>();
        for (long i = first.get(); i < end.get(); i++) {
            numbers.add(new Const.Num(Dim.of(i)));
        }
        return new Const.Items(numbers);
    }

    /** Arithmetic of two lists of one length, or of a list and a number. */
    private Const elementWise(Ast.Binary b, Const left, Const right) {
        int length = left instanceof Const.Items(List<Const> l) ? l.size() : -1;
        int other = right instanceof Const.Items(List<Const> r) ? r.size() : length;
        length = length < 0 ? other : length;
        if (length != other) {
            return error(
                    Code.ARITHMETIC,
                    b.span(),
                    Log.quote(b.left().span()) + " has " + length + " elements and "
                            + Log.quote(b.right().span()) + " has " + other,
                    "make the lists equally long");
        }
        List<Const> results = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            Const x = left instanceof Const.Items(List<Const> l) ? l.get(i) : left;
            Const y = right instanceof Const.Items(List<Const> r) ? r.get(i) : right;
            if (!(x instanceof Const.Num(Dim a))) {
                return wrongOperand(b.op().sign(), b.left(), x);
            }
            if (!(y instanceof Const.Num(Dim c))) {
                return wrongOperand(b.op().sign(), b.right(), y);
            }
            results.add(arithmetic(b, a, c));
        }
        return results.stream().anyMatch(Const::isUnknown) ? Const.unknown() : new Const.Items(results);
    }

    private Const logical(Ast.Binary b, Const left) {
        if (left instanceof Const.Bool(boolean value) && value == (b.op() == BinaryOp.OR)) {
            return left;
        }
        if (!left.isUnknown() && !(left instanceof Const.Bool)) {
            return wrongOperand(b.op().sign(), b.left(), left);
        }
        Const right = fold(b.right());
        if (!right.isUnknown() && !(right instanceof Const.Bool)) {
            return wrongOperand(b.op().sign(), b.right(), right);
        }
        return left.isUnknown() ? left : right;
    }

    static boolean isComparison(BinaryOp op) {
        return switch (op) {
            case AT_MOST, AT_LEAST, LESS, GREATER, EQUAL, UNEQUAL -> true;
            default -> false;
        };
    }

    private Const compare(Ast.Binary b, Dim x, Dim y) {
        Optional<Rational> difference = x.minus(y).constant();
        if (difference.isEmpty()) {
            return error(
                    Code.UNDECIDED,
                    b.span(),
                    "whether " + Log.quote(b.span()) + " depends on sizes that are not known yet: it compares " + x
                            + " and " + y,
                    "say for which sizes: `at N == 1`");
        }
        int sign = difference.get().signum();
        return new Const.Bool(
                switch (b.op()) {
                    case AT_MOST -> sign <= 0;
                    case AT_LEAST -> sign >= 0;
                    case LESS -> sign < 0;
                    case GREATER -> sign > 0;
                    case EQUAL -> sign == 0;
                    default -> sign != 0;
                });
    }

    private Const arithmetic(Ast.Binary b, Dim x, Dim y) {
        Dim result = switch (b.op()) {
            case ADD -> x.plus(y);
            case SUBTRACT -> x.minus(y);
            case MULTIPLY -> x.times(y);
            default -> null;
        };
        if (result != null) {
            return number(result, b.span());
        }
        Optional<Rational> divisor = y.constant();
        if (divisor.isEmpty()) {
            return error(
                    Code.ARITHMETIC,
                    b.right().span(),
                    "nothing can be divided by a number that is not known yet",
                    "divide by a number known at compile time");
        }
        if (divisor.get().signum() == 0) {
            return error(
                    Code.ARITHMETIC,
                    b.span(),
                    Log.quote(b.span()) + " divides by zero",
                    "divide by a number that is not zero");
        }
        Dim quotient = x.over(divisor.get());
        return b.op() == BinaryOp.DIVIDE
                ? number(quotient, b.span())
                : number(x.minus(quotient.floor().times(y)), b.span());
    }

    private Const number(Dim value, Span span) {
        boolean tooLong = value.constant()
                .filter(c -> c.num().bitLength() > MOST_BITS || c.den().bitLength() > MOST_BITS)
                .isPresent();
        return tooLong
                ? error(
                        Code.ARITHMETIC,
                        span,
                        "the result of " + Log.quote(span) + " has more than a thousand digits",
                        "use smaller numbers")
                : new Const.Num(value);
    }

    private Const conditional(Ast.Conditional c) {
        return switch (fold(c.condition())) {
            case Const.Bool(boolean value) -> fold(value ? c.then() : c.otherwise());
            case Const.Unknown u -> u;
            case Const other -> wrongCondition(c.condition(), other);
        };
    }

    private Const wrongCondition(Ast.Expr condition, Const value) {
        return error(
                Code.ARITHMETIC,
                condition.span(),
                "a condition is true or false, and " + Log.quote(condition.span()) + " is " + value.kind(),
                "compare it with something, such as `classes > 2`");
    }

    // ---- functions

    private Const call(Ast.Call c) {
        Const own = functions.call(c);
        if (own != null) {
            return own;
        }
        return switch (c.callee().text()) {
            case "floor", "ceil", "round_to", "min", "max", "len", "sum" -> Functions.of(c, this);
            default -> notANumber(c.span());
        };
    }
}
