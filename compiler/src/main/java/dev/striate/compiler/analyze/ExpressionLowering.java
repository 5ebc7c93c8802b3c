package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.FillOp;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.Ast.BinaryOp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns expressions over values into nodes: names, tuples, arithmetic. */
final class ExpressionLowering {
    private static final Map<BinaryOp, String> OPERATORS = Map.of(
            BinaryOp.ADD, "plus",
            BinaryOp.SUBTRACT, "minus",
            BinaryOp.MULTIPLY, "times",
            BinaryOp.DIVIDE, "over");

    private final Lowering parts;
    private final Log log;

    ExpressionLowering(Lowering parts) {
        this.parts = parts;
        this.log = parts.log();
    }

    /** The value of {@code expr}, which may be a label. */
    Value value(Ast.Expr expr, Frame frame) {
        return switch (expr) {
            case Ast.Ref r -> read(r.name(), frame);
            case Ast.Member m -> member(m, frame);
            case Ast.Call c -> call(c, frame, null);
            case Ast.Chain c -> parts.chains().chain(c, null, frame);
            case Ast.Merge m -> parts.merges().merge(m, null, frame.place().path(m.call()), frame);
            case Ast.Tuple t ->
                Value.of(t.elements().stream().map(e -> value(e, frame)).toList());
            case Ast.Binary b -> arithmetic(b, frame);
            case Ast.Unary u -> negated(u, frame);
            case Ast.Conditional c -> choice(c, frame);
            case Ast.Index i -> element(i, frame);
            case Ast.Num n -> notAValue(n, "a number");
            case Ast.Quantity q -> notAValue(q, "a number");
            case Ast.Extent e -> notAValue(e, "an extent");
            case Ast.Bool b -> notAValue(b, "a constant");
            case Ast.Text t -> notAValue(t, "a text");
            case Ast.ListLiteral l -> notAValue(l, "a list");
        };
    }

    /** The value of what follows {@code loss name =} or {@code metric name =}. */
    Value term(Ast.Expr expr, Term term, Frame frame) {
        return switch (expr) {
            case Ast.Call c -> call(c, frame.forTerms(), term);
            case Ast.Chain c
            when c.steps().getLast().label() == null && c.steps().getLast().what() instanceof Ast.Call ->
                parts.chains().chain(c, null, frame, term);
            default -> value(expr, frame.forTerms());
        };
    }

    private Value call(Ast.Call c, Frame frame, @Nullable Term term) {
        String path = term == null ? frame.place().path(c) : frame.place().path(term.name());
        return parts.calls()
                .call(new CallLowering.Use(c.callee(), c.args(), null, path, c.span()), frame, term)
                .value();
    }

    private Value notAValue(Ast.Expr expr, String kind) {
        return wrongRole(
                expr.span(),
                Log.quote(expr.span()) + " is " + kind + ", and a value of the net is needed here",
                "name an input, a label or the result of a step");
    }

    private Value wrongRole(Span span, String message, String fix) {
        log.add(Diagnostic.error(Code.WRONG_ROLE, span, message).fix(fix));
        return Value.unknown();
    }

    // ---- names

    private Value read(Ast.Name name, Frame frame) {
        Entry entry = frame.scope().find(name.text());
        return switch (entry) {
            case Entry.Computed c -> c.value();
            case Entry.Term t when frame.terms() -> t.value();
            case Entry.Term t ->
                wrongRole(
                        name.span(),
                        "`" + name.text() + "` is " + t.kind() + ", and a value of the net is needed here",
                        "use a value that a layer computes");
            case Entry.Constant c when c.isUnknown() -> Value.unknown();
            case Entry.Constant c ->
                wrongRole(
                        name.span(),
                        "`" + name.text() + "` is a parameter, and a value of the net is needed here",
                        "name an input, a label or the result of a step");
            case Entry.Shared s ->
                wrongRole(
                        name.span(),
                        "`" + name.text() + "` is a shared layer, and a value of the net is needed here",
                        "give it one to work on: `image -> " + name.text() + "`");
            case null -> unknown(name, frame);
        };
    }

    private Value unknown(Ast.Name name, Frame frame) {
        Span later = frame.body().declared(name.text());
        if (later != null && later.start() > name.span().start()) {
            log.add(Diagnostic.error(
                            Code.USED_BEFORE, name.span(), "`" + name.text() + "` is used before it is declared")
                    .related(later, "declared here")
                    .fix("move this statement below the declaration"));
        } else if (parts.calls().isKnown(name.text(), frame)) {
            return wrongRole(
                    name.span(),
                    "`" + name.text() + "` is no value, and a value of the net is needed here",
                    "give it one to work on: `image -> " + name.text() + "`");
        } else {
            log.unknown(
                    Code.UNKNOWN_NAME,
                    name,
                    "value or label",
                    "values and labels",
                    frame.scope().values());
        }
        return Value.unknown();
    }

    private Value member(Ast.Member m, Frame frame) {
        Entry entry = frame.scope().resolve(m);
        if (entry instanceof Entry.Computed c) {
            return c.value();
        }
        Entry target = frame.scope().resolve(m.target());
        boolean silent = log.isUnsure() || (target != null && target.isUnknown());
        if (entry == null && !silent) {
            Set<String> inner = target instanceof Entry.Computed c && c.inner() != null
                    ? c.inner().ownNames()
                    : Set.of();
            log.add(Diagnostic.error(Code.UNKNOWN_NAME, m.span(), "there is no value " + Log.quote(m.span()))
                    .fix(
                            inner.isEmpty()
                                    ? Log.quote(m.target().span()) + " has no labels within"
                                    : "the labels within "
                                            + Log.quote(m.target().span()) + " are " + Log.list(inner)));
        }
        return Value.unknown();
    }

    private Value element(Ast.Index i, Frame frame) {
        Value target = value(i.target(), frame);
        Integer at = new ArgumentValues(frame.scope(), log)
                .integer("the place of an element", "a whole number of at least 0", 0, i.index());
        if (!target.isKnown() || at == null) {
            return Value.unknown();
        }
        List<Value> all = target.parts();
        return at < all.size()
                ? all.get(at)
                : wrongRole(
                        i.span(),
                        all.size() == 1
                                ? Log.quote(i.target().span()) + " is one value, and only several have places"
                                : Log.quote(i.target().span()) + " has no value " + at + ": there are " + all.size()
                                        + ", counted from 0",
                        "to take a part of one value, write `slice(C, 0, 8)`");
    }

    private Value choice(Ast.Conditional c, Frame frame) {
        return switch (new ConstantFolder(frame.scope(), log).fold(c.condition())) {
            case Const.Bool(boolean holds) -> value(holds ? c.then() : c.otherwise(), frame);
            case Const.Unknown u -> Value.unknown();
            case Const other ->
                wrongRole(
                        c.condition().span(),
                        "a condition is true or false at compile time, and "
                                + Log.quote(c.condition().span()) + " is " + other.kind(),
                        "compare numbers, such as `stride != 1`");
        };
    }

    // ---- arithmetic

    private Value arithmetic(Ast.Binary b, Frame frame) {
        String operator = OPERATORS.get(b.op());
        if (operator == null) {
            return wrongRole(
                    b.span(),
                    "`" + b.op().sign()
                            + "` compares or combines numbers known at compile time, and a value of the net is"
                            + " needed here",
                    "compute with `+`, `-`, `*` and `/`");
        }
        if (isConstant(b, frame)) {
            return notAValue(b, "a number");
        }
        Value left = operand(b.left(), frame);
        Value right = operand(b.right(), frame);
        return apply(operator, b.span(), frame, left, right);
    }

    private Value negated(Ast.Unary u, Frame frame) {
        if (u.op() == Ast.UnaryOp.NOT || isConstant(u, frame)) {
            return notAValue(u, u.op() == Ast.UnaryOp.NOT ? "a condition" : "a number");
        }
        Value operand = operand(u.operand(), frame);
        return apply("times", u.span(), frame, number(Rational.of(-1), u.span(), frame), operand);
    }

    private Value apply(String operator, Span span, Frame frame, Value left, Value right) {
        String path = parts.net().fresh(operator, frame.place());
        return parts.calls().apply(operator, List.of(left, right), span, frame, path);
    }

    /** An operand: a value, or a number known at compile time. */
    private Value operand(Ast.Expr expr, Frame frame) {
        if (!isConstant(expr, frame)) {
            return value(expr, frame);
        }
        Const constant = new ConstantFolder(frame.scope(), log).fold(expr);
        Optional<Rational> number = constant instanceof Const.Num(Dim dim) ? dim.constant() : Optional.empty();
        if (number.isEmpty()) {
            return constant.isUnknown()
                    ? Value.unknown()
                    : wrongRole(
                            expr.span(),
                            Log.quote(expr.span()) + " is " + constant.kind() + " that is not known at compile time",
                            "compute with values of the net and plain numbers");
        }
        return number(number.get(), expr.span(), frame);
    }

    /** A number as a value of the net. */
    Value number(Rational number, Span span, Frame frame) {
        String path = parts.net().fresh("number", frame.place());
        return Value.of(parts.net()
                .add(new Node(
                        new FillOp(number.toDouble(), Shape.SCALAR),
                        List.of(),
                        TensorType.f32(Shape.SCALAR),
                        CallLowering.used(path, frame),
                        parts.net().origin(span))));
    }

    /** Whether {@code expr} is arithmetic over numbers known at compile time alone. */
    private static boolean isConstant(Ast.Expr expr, Frame frame) {
        return switch (expr) {
            case Ast.Num n -> true;
            case Ast.Quantity q -> true;
            case Ast.Ref r ->
                frame.scope().find(r.name().text()) instanceof Entry.Constant c
                        && !(c.value() instanceof Const.Operation);
            case Ast.Member m ->
                frame.scope().resolve(m) == null && frame.scope().resolve(m.target()) != null;
            case Ast.Index i -> isConstant(i.target(), frame);
            case Ast.ListLiteral l -> true;
            case Ast.Unary u -> isConstant(u.operand(), frame);
            case Ast.Binary b -> isConstant(b.left(), frame) && isConstant(b.right(), frame);
            case Ast.Conditional c -> isConstant(c.then(), frame) && isConstant(c.otherwise(), frame);
            case Ast.Call c ->
                Set.of("floor", "ceil", "round_to", "min", "max", "sum", "len")
                                .contains(c.callee().text())
                        && c.args().stream().allMatch(a -> isConstant(a.value(), frame));
            default -> false;
        };
    }
}
