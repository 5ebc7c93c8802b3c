package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.Ast.BinaryOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compile-time arithmetic: exact, over numbers that may depend on the batch. Reports what has no meaning, once. */
final class ConstantFolder {
    /** Numbers of more bits are no sizes of anything, and powers of powers would take for ever. */
    private static final int MOST_BITS = 4096;

    /** Functions beside those of the language, such as {@code params()} in a contract. */
    @FunctionalInterface
    interface Functions {
        /** The functions of the language alone. */
        Functions NONE = call -> null;

        /** The value of a call, or null when it is of no such function. */
        @Nullable
        Const call(Ast.Call call);
    }

    private final Scope scope;
    private final Log log;
    private final Functions functions;
    private final Dim batch;

    ConstantFolder(Scope scope, Log log) {
        this(scope, log, Functions.NONE, Dim.N);
    }

    ConstantFolder(Scope scope, Log log, Functions functions, Dim batch) {
        this.scope = scope;
        this.log = log;
        this.functions = functions;
        this.batch = batch;
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
            case Ast.Index i -> unsupported(i.span(), "indexing", "write the number itself");
            case Ast.Member m -> unsupported(m.span(), "a size taken from a value", "write the number itself");
            case Ast.Tuple t -> notANumber(t.span());
            case Ast.Chain c -> notANumber(c.span());
            case Ast.Merge m -> notANumber(m.span());
        };
    }

    private Const error(Code code, Span span, String message, String fix) {
        log.add(Diagnostic.error(code, span, message).fix(fix));
        return Const.unknown();
    }

    private Const unsupported(Span span, String what, String fix) {
        log.unsupported(span, what, fix);
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
            return c.value();
        }
        if (entry != null) {
            return entry.isUnknown() ? Const.unknown() : notANumber(name.span());
        }
        if (name.text().equals("N")) {
            return new Const.Num(batch);
        }
        log.unknown(Code.UNKNOWN_NAME, name, "parameter", "parameters", scope.constants());
        return Const.unknown();
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

    private Const wrongOperand(String sign, Ast.Expr written, Const value) {
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
        if (b.op() == BinaryOp.RANGE) {
            return unsupported(b.span(), "a range", "write the list itself, such as `[0, 1, 2]`");
        }
        Const left = fold(b.left());
        if (b.op() == BinaryOp.AND || b.op() == BinaryOp.OR) {
            return logical(b, left);
        }
        Const right = fold(b.right());
        if (left.isUnknown() || right.isUnknown()) {
            return Const.unknown();
        }
        if (left instanceof Const.Num(Dim x) && right instanceof Const.Num(Dim y)) {
            return isComparison(b.op()) ? compare(b, x, y) : arithmetic(b, x, y);
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
                    "whether " + Log.quote(b.span()) + " holds depends on the batch: it compares " + x + " and " + y,
                    "say for which batch: `at N == 1`");
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
                    "nothing can be divided by a number that depends on the batch",
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
            case "floor", "ceil", "round_to", "min", "max" -> rounding(c);
            case "len", "sum" -> unsupported(c.span(), "`" + c.callee().text() + "`", "write the number itself");
            default -> notANumber(c.span());
        };
    }

    private Const rounding(Ast.Call c) {
        List<Rational> numbers = new ArrayList<>();
        for (Ast.Arg arg : c.args()) {
            Const value = fold(arg.value());
            Optional<Rational> number = value instanceof Const.Num(Dim dim) ? dim.constant() : Optional.empty();
            if (value.isUnknown()) {
                return value;
            }
            if (number.isEmpty()) {
                return wrongOperand(c.callee().text(), arg.value(), value);
            }
            numbers.add(number.get());
        }
        String name = c.callee().text();
        int needed = name.equals("floor") || name.equals("ceil") ? 1 : 2;
        if (needed == 1 ? numbers.size() != 1 : numbers.size() < 2 || (name.equals("round_to") && numbers.size() > 2)) {
            return error(
                    Code.ARITHMETIC,
                    c.span(),
                    "`" + name + "` takes " + (needed == 1 ? "one number" : "two numbers") + ", and " + numbers.size()
                            + (numbers.size() == 1 ? " is given" : " are given"),
                    needed == 1 ? "write `" + name + "(7 / 2)`" : "write `" + name + "(7, 2)`");
        }
        if (name.equals("round_to") && numbers.get(1).signum() <= 0) {
            return error(Code.ARITHMETIC, c.span(), "`round_to` rounds to a positive number", "write `round_to(v, 8)`");
        }
        return new Const.Num(Dim.of(round(name, numbers)));
    }

    private static Rational round(String name, List<Rational> numbers) {
        Rational first = numbers.getFirst();
        return switch (name) {
            case "floor" -> first.floor();
            case "ceil" -> first.negate().floor().negate();
            case "min" ->
                numbers.stream().reduce((a, b) -> a.compareTo(b) <= 0 ? a : b).orElse(first);
            case "max" ->
                numbers.stream().reduce((a, b) -> a.compareTo(b) >= 0 ? a : b).orElse(first);
            default -> {
                Rational unit = numbers.get(1);
                Rational half = new Rational(java.math.BigInteger.ONE, java.math.BigInteger.TWO);
                yield first.over(unit).plus(half).floor().times(unit);
            }
        };
    }
}
