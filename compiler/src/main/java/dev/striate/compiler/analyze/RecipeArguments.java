package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.recipe.Length;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;

/** The arguments of a data set, optimizer, schedule or stopping rule. After an error an argument has its fallback. */
final class RecipeArguments {
    private final Ast.Call call;
    private final Map<String, Ast.Arg> bound;
    private final Log log;
    private final ArgumentValues values;

    RecipeArguments(Ast.Call call, List<String> names, Log log) {
        this.call = call;
        this.log = log;
        this.bound = ArgumentBinder.bind(call.callee().text(), names, call.args(), log);
        this.values = new ArgumentValues(Scope.of(log), log);
    }

    /** The arguments of a setting without parentheses. */
    static RecipeArguments of(Ast.Name setting, Span span, List<Ast.Arg> args, List<String> names, Log log) {
        return new RecipeArguments(new Ast.Call(setting, args, span), names, log);
    }

    /** What is called. */
    Ast.Call call() {
        return call;
    }

    /** What is written for {@code name}, or null. */
    Ast.@Nullable Expr written(String name) {
        return written(name, false, "");
    }

    private String quoted(String name) {
        return "`" + name + "` of `" + call.callee().text() + "`";
    }

    /** What is written for {@code name}; null when it is not given, which is an error where {@code required}. */
    private Ast.@Nullable Expr written(String name, boolean required, String words) {
        Ast.Arg arg = bound.get(name);
        if (arg == null && required) {
            ArgumentBinder.missing(call.callee().text(), call.span(), name, words, log);
        }
        return arg == null ? null : arg.value();
    }

    /** A number that must be given. */
    double number(String name, String words, DoublePredicate range) {
        return number(name, true, 1, words, range);
    }

    /** A number that may be left out. */
    double numberOr(String name, double fallback, String words, DoublePredicate range) {
        return number(name, false, fallback, words, range);
    }

    private double number(String name, boolean required, double fallback, String words, DoublePredicate range) {
        Ast.Expr written = written(name, required, words);
        Double value = written == null ? null : values.number(quoted(name), words, written);
        if (written == null || value == null) {
            return fallback;
        }
        if (!range.test(value)) {
            values.wrong(quoted(name), words, values.fold(written), written);
        }
        return value;
    }

    /** A whole number that must be given. */
    int integer(String name, int least) {
        String words = "a whole number of at least " + least;
        Ast.Expr written = written(name, true, words);
        Integer value = written == null ? null : values.integer(quoted(name), words, least, written);
        return value == null ? Math.max(least, 1) : value;
    }

    /** A whole number that may be left out. */
    int integerOr(String name, int fallback, int least) {
        return bound.containsKey(name) ? integer(name, least) : fallback;
    }

    /** Whether {@code name} is given. */
    boolean has(String name) {
        return bound.containsKey(name);
    }

    /** True or false; false when it is left out. */
    boolean flag(String name) {
        Ast.Expr written = written(name, false, "");
        return written != null && Boolean.TRUE.equals(values.bool(quoted(name), written));
    }

    /** A text that must be given. */
    String text(String name, String words) {
        Ast.Expr written = written(name, true, words);
        if (written == null) {
            return "";
        }
        Const value = values.fold(written);
        if (value instanceof Const.Text(String text)) {
            return text;
        }
        values.wrong(quoted(name), words, value, written);
        return "";
    }

    /** Several numbers: one, a list or an extent; null when nothing is given or after an error. */
    @Nullable
    List<Double> numbers(String name, boolean required, String words, List<Integer> counts, DoublePredicate range) {
        Ast.Expr written = written(name, required, words);
        Const value = written == null ? Const.unknown() : values.fold(written);
        if (written == null || value.isUnknown()) {
            return null;
        }
        List<Const> parts = switch (value) {
            case Const.Items(List<Const> elements) -> elements;
            case Const.Extents(List<Integer> sizes) ->
                sizes.stream().<Const>map(s -> new Const.Num(Dim.of(s))).toList();
            default -> List.of(value);
        };
        List<Double> numbers = new ArrayList<>();
        for (Const part : parts) {
            Double number = part instanceof Const.Num(Dim dim)
                    ? dim.constant().map(Rational::toDouble).orElse(null)
                    : null;
            if (number == null || !range.test(number)) {
                values.wrong(quoted(name), words, value, written);
                return null;
            }
            numbers.add(number);
        }
        if (!counts.isEmpty() && !counts.contains(numbers.size())) {
            values.wrong(quoted(name), words, value, written);
            return null;
        }
        return numbers;
    }

    /** A word, such as {@code acc}; null when nothing is given or after an error. */
    Ast.@Nullable Name word(String name, boolean required, String words) {
        Ast.Expr written = written(name, required, words);
        if (written == null || written instanceof Ast.Ref) {
            return written == null ? null : ((Ast.Ref) written).name();
        }
        values.wrong(quoted(name), words, values.fold(written), written);
        return null;
    }

    /** A call, such as {@code mnist(batch=64)}, or a word alone; null after an error. */
    Ast.@Nullable Call call(String name, boolean required, String words) {
        Ast.Expr written = written(name, required, words);
        if (written instanceof Ast.Ref ref) {
            return new Ast.Call(ref.name(), List.of(), ref.span());
        }
        if (written == null || written instanceof Ast.Call) {
            return (Ast.Call) written;
        }
        values.wrong(quoted(name), words, values.fold(written), written);
        return null;
    }

    /** A whole number of epochs or steps, at least 1, that must be given. */
    Length length(String name) {
        Ast.Expr written = written(name, true, "a number of epochs or steps such as 20 epochs");
        Const value = written == null ? Const.unknown() : values.fold(written);
        if (written == null || value.isUnknown()) {
            return Length.epochs(1);
        }
        if (value instanceof Const.Duration(Rational amount, Ast.Unit unit)) {
            return length(name, amount, unit, written);
        }
        log.add(Diagnostic.error(
                        Code.WRONG_ARGUMENT,
                        written.span(),
                        quoted(name) + " is a number of epochs or steps, not " + Log.quote(written.span()))
                .fix(
                        value instanceof Const.Num
                                ? "add the unit: `" + value + " epochs` or `" + value + " steps`"
                                : "write `20 epochs` or `500 steps`"));
        return Length.epochs(1);
    }

    /** A number of epochs or steps that may be left out. */
    Length lengthOr(String name, Length fallback) {
        return bound.containsKey(name) ? length(name) : fallback;
    }

    private Length length(String name, Rational amount, Ast.Unit unit, Ast.Expr written) {
        boolean inRange =
                amount.isInteger() && amount.signum() > 0 && amount.num().bitLength() < Integer.SIZE;
        if (!inRange) {
            log.add(Diagnostic.error(
                            Code.WRONG_ARGUMENT,
                            written.span(),
                            quoted(name) + " is a whole number of epochs or steps of at least 1, not "
                                    + Log.quote(written.span()))
                    .fix("write `20 epochs` or `500 steps`, for example"));
            return Length.epochs(1);
        }
        return unit == Ast.Unit.STEP
                ? Length.steps(amount.num().intValueExact())
                : Length.epochs(amount.num().intValueExact());
    }

    /** When something happens: a list of numbers of epochs, fractions included, and of steps; empty after an error. */
    List<Length> times(String name, String words) {
        Ast.Expr written = written(name, true, words);
        Const value = written == null ? Const.unknown() : values.fold(written);
        if (written == null || value.isUnknown()) {
            return List.of();
        }
        List<Length> times = new ArrayList<>();
        for (Const part : value instanceof Const.Items(List<Const> elements) ? elements : List.of(value)) {
            Optional<Length> time = switch (part) {
                case Const.Num(Dim dim) -> dim.constant().map(n -> Length.epochs(n.toDouble()));
                case Const.Duration(Rational n, Ast.Unit unit)
                when unit == Ast.Unit.EPOCH -> Optional.of(Length.epochs(n.toDouble()));
                case Const.Duration(Rational n, Ast.Unit unit)
                when n.isInteger() -> Optional.of(Length.steps((long) n.toDouble()));
                default -> Optional.empty();
            };
            time.filter(t -> t.amount() > 0).ifPresent(times::add);
        }
        if (times.isEmpty()
                || times.size() < (value instanceof Const.Items i ? i.elements().size() : 1)) {
            values.wrong(quoted(name), words, value, written);
            return List.of();
        }
        return times;
    }
}
