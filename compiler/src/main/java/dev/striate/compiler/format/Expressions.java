package dev.striate.compiler.format;

import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says of the pieces of expressions and chains where spaces are and where lines may be broken: before an arrow rather
 * than in braces, there rather than before an operator, there rather than after a comma, and outside of brackets rather
 * than inside.
 */
final class Expressions {
    /** How much the rank rises with each pair of brackets around. */
    static final int DEPTH = 100;

    static final int CLAUSE = 5;
    static final int BRACES = 10;
    static final int OPERATOR = 20;
    static final int COMMA = 40;

    private static final int UNARY = 8;
    private static final int POSTFIX = 9;

    private final Pieces pieces;

    Expressions(Pieces pieces) {
        this.pieces = pieces;
    }

    // ---- chains

    /** A value of a statement or an argument. Returns its last piece. */
    Piece value(Ast.Expr value, int depth, Place arrows, boolean keepsBreaks, Place operators) {
        if (value instanceof Ast.Chain chain) {
            Piece last = parentheses(chain, false);
            chain(chain, depth, arrows, keepsBreaks, operators);
            return last;
        }
        return expr(value, 0, depth, operators);
    }

    /** A chain that begins a statement: arrows stand below the first one, when what is before it is one short name. */
    void statement(Ast.Chain chain, int indent) {
        Place operators = Place.column(indent + 4);
        if (chain.steps().size() < 2) {
            step(chain.steps().getFirst(), 0, operators);
            return;
        }
        Ast.Step head = chain.steps().getFirst();
        boolean isShort = head.label() == null && length(head.what()) <= 20;
        Piece first = arrow(chain.steps().get(1));
        Place arrows = isShort ? Place.below(first) : Place.column(indent + 4);
        chain(chain, 0, arrows, true, operators);
        first.rank = Piece.NEVER;
        first.keepsBreak = false;
    }

    /** The length of a name, dots included; that of anything else is beyond all limits. */
    private static int length(Ast head) {
        return switch (head) {
            case Ast.Ref r -> r.name().text().length();
            case Ast.Member m ->
                Math.min(1000, length(m.target())) + 1 + m.member().text().length();
            default -> 1000;
        };
    }

    private void chain(Ast.Chain chain, int depth, Place arrows, boolean keepsBreaks, Place operators) {
        step(chain.steps().getFirst(), depth, operators);
        for (Ast.Step step : chain.steps().subList(1, chain.steps().size())) {
            arrow(step).mayBegin(depth * DEPTH, arrows, keepsBreaks);
            step(step, depth, Place.below(pieces.first(step.what().span())));
        }
    }

    private Piece arrow(Ast.Step step) {
        return pieces.before(pieces.first(step.span()));
    }

    private void step(Ast.Step step, int depth, Place operators) {
        switch (step.what()) {
            case Ast.OutputStep _ -> {}
            case Ast.Repeat r -> {
                expr(r.count(), 1, depth, operators);
                body(r.body(), depth);
            }
            case Ast.For f -> {
                expr(f.elements(), 1, depth, operators);
                body(f.body(), depth);
            }
            case Ast.If choice -> choice(choice, depth, operators);
            case Ast.Group g -> body(g.body(), depth);
            case Ast.Expr e -> expr(e, e instanceof Ast.Chain ? 1 : 0, depth, operators);
        }
    }

    /** Braces around one chain. */
    void body(Ast.Chain body, int depth) {
        List<Piece> starts = new ArrayList<>();
        Piece open = open(body);
        content(body, depth, starts);
        open.braces = braces(depth, starts);
    }

    private Piece open(Ast.Chain body) {
        return pieces.before(pieces.first(body.span()));
    }

    private static Piece.Braces braces(int depth, List<Piece> starts) {
        return new Piece.Braces(depth * DEPTH + BRACES, List.copyOf(starts), starts.getLast());
    }

    private void content(Ast.Chain body, int depth, List<Piece> starts) {
        Piece open = open(body);
        Piece close = pieces.partner(open);
        inner(body, depth + 1);
        begin(pieces.first(body.span()), Place.inLineOf(open, 2), starts);
        begin(close, Place.inLineOf(open, 0), starts);
    }

    private static void begin(Piece piece, Place place, List<Piece> starts) {
        piece.place = place;
        starts.add(piece);
    }

    private void inner(Ast.Chain chain, int depth) {
        Place head = Place.below(pieces.first(chain.span()));
        chain(chain, depth, head, true, head);
    }

    /** All branches of a choice are spread together. */
    private void choice(Ast.If choice, int depth, Place operators) {
        List<Piece> starts = new ArrayList<>();
        Piece open = open(choice.then());
        for (Ast.@Nullable If at = choice; at != null; ) {
            expr(at.condition(), 1, depth, operators);
            content(at.then(), depth, starts);
            Ast.Chain otherwise = at.otherwise();
            at = null;
            if (otherwise != null && open(otherwise).is("{")) {
                content(otherwise, depth, starts);
            } else if (otherwise != null && otherwise.steps().getFirst().what() instanceof Ast.If next) {
                at = next;
            }
        }
        open.braces = braces(depth, starts);
    }

    private void merge(Ast.Merge merge, int depth) {
        parentheses(merge.call(), false);
        call(merge.call(), depth);
        Piece close = pieces.last(merge.span());
        Piece open = pieces.partner(close);
        List<Piece> starts = new ArrayList<>();
        int indent = merge.branches().size() > 1 ? 4 : 2;
        for (Ast.Branch branch : merge.branches()) {
            Piece first = pieces.first(branch.span());
            if (starts.isEmpty()) {
                begin(first, Place.inLineOf(open, indent), starts);
            } else {
                begin(pieces.before(first), Place.inLineOf(open, 2), starts);
            }
            switch (branch) {
                case Ast.Chain chain -> inner(chain, depth + 1);
                case Ast.Each each -> {
                    expr(each.elements(), 1, depth + 1, Place.below(first));
                    body(each.body(), depth + 1);
                }
            }
        }
        begin(close, Place.inLineOf(open, 0), starts);
        open.braces = braces(depth, starts);
    }

    // ---- expressions

    /** An expression where only such that bind at least as tightly as {@code need} stand without parentheses. */
    private Piece expr(Ast.Expr expr, int need, int depth, Place operators) {
        boolean needed = precedence(expr) < need;
        Piece last = parentheses(expr, needed);
        if (needed) {
            parts(expr, depth + 1, Place.below(pieces.first(expr.span())));
        } else {
            parts(expr, depth, operators);
        }
        return last;
    }

    /** An expression outside of all others. Returns its last piece, parentheses included. */
    Piece expr(Ast.Expr expr, int depth, Place operators) {
        return expr(expr, 1, depth, operators);
    }

    /** Removes the parentheses around an expression; the innermost stay when they are {@code needed}. */
    private Piece parentheses(Ast.Expr expr, boolean needed) {
        Piece first = pieces.first(expr.span());
        Piece last = pieces.last(expr.span());
        // A comment before the closing parenthesis would become documentation of what follows.
        boolean keep = needed || pieces.hasCommentAfter(last);
        for (Piece open = pieces.before(first);
                open != first && open.is("(") && !open.claimed && pieces.partner(open) == pieces.after(last);
                open = pieces.before(first)) {
            first = open;
            last = pieces.partner(open);
            open.removed = !keep;
            last.removed = !keep;
            keep = false;
        }
        return last;
    }

    private static int precedence(Ast.Expr expr) {
        return switch (expr) {
            case Ast.Chain _, Ast.Merge _ -> 0;
            case Ast.Conditional _ -> 1;
            case Ast.Binary b -> precedence(b.op());
            case Ast.Unary _ -> UNARY;
            default -> POSTFIX;
        };
    }

    private static int precedence(Ast.BinaryOp op) {
        return switch (op) {
            case OR -> 2;
            case AND -> 3;
            case AT_MOST, AT_LEAST, LESS, GREATER, EQUAL, UNEQUAL -> 4;
            case RANGE -> 5;
            case ADD, SUBTRACT -> 6;
            case MULTIPLY, DIVIDE, REMAINDER -> 7;
        };
    }

    private void parts(Ast.Expr expr, int depth, Place operators) {
        switch (expr) {
            case Ast.Ref _, Ast.Text _, Ast.Num _, Ast.Quantity _, Ast.Extent _, Ast.Bool _ -> {}
            case Ast.Chain c -> chain(c, depth, operators, false, operators);
            case Ast.Call c -> call(c, depth);
            case Ast.Merge m -> merge(m, depth);
            case Ast.Member m -> expr(m.target(), POSTFIX, depth, operators);
            case Ast.Index i -> {
                expr(i.target(), POSTFIX, depth, operators);
                Piece open = pieces.partner(pieces.last(i.span()));
                open.tightBefore = true;
                expr(i.index(), 1, depth + 1, Place.below(pieces.after(open)));
            }
            case Ast.Unary u -> {
                pieces.first(u.span()).tightAfter = true;
                expr(u.operand(), UNARY, depth, operators);
            }
            case Ast.Binary b -> binary(b, depth, operators);
            case Ast.Conditional c -> conditional(c, depth, operators);
            case Ast.ListLiteral l -> elements(l.elements(), depth + 1);
            case Ast.Tuple t -> {
                claim(pieces.first(t.span()));
                elements(t.elements(), 0, depth + 1);
            }
        }
    }

    private void binary(Ast.Binary b, int depth, Place operators) {
        int own = precedence(b.op());
        Piece operator = pieces.after(expr(b.left(), own, depth, operators));
        if (b.op() != Ast.BinaryOp.RANGE) {
            operator.mayBegin(depth * DEPTH + OPERATOR + own, operators, false);
        }
        expr(b.right(), own + 1, depth, operators);
    }

    private void conditional(Ast.Conditional c, int depth, Place operators) {
        Piece question = pieces.after(expr(c.condition(), 2, depth, operators));
        question.mayBegin(depth * DEPTH + OPERATOR, operators, false);
        Piece colon = pieces.after(expr(c.then(), 1, depth, operators));
        colon.mayBegin(depth * DEPTH + OPERATOR, operators, false);
        expr(c.otherwise(), 1, depth, operators);
    }

    // ---- lists

    private void claim(Piece open) {
        open.claimed = true;
        pieces.partner(open).claimed = true;
    }

    /** The parentheses of arguments or parameters. */
    void parameters(Piece open) {
        claim(open);
        open.tightBefore = true;
    }

    /** A call, also one without arguments. */
    void call(Ast.Call call, int depth) {
        Piece last = pieces.last(call.span());
        if (!last.is(")")) {
            return;
        }
        Piece open = pieces.partner(last);
        parameters(open);
        for (Ast.Arg arg : call.args()) {
            comma(arg(arg, depth + 1), depth + 1, Place.below(pieces.after(open)));
        }
    }

    /** {@code value} or {@code name=value}. Returns its last piece. */
    Piece arg(Ast.Arg arg, int depth) {
        if (arg.name() != null) {
            pieces.after(pieces.first(arg.name().span())).glue();
        }
        Place place = Place.below(pieces.first(arg.value().span()));
        return value(arg.value(), depth, place, false, place);
    }

    /** Expressions between brackets. */
    void elements(List<Ast.Expr> elements, int depth) {
        elements(elements, 1, depth);
    }

    private void elements(List<Ast.Expr> elements, int need, int depth) {
        for (Ast.Expr element : elements) {
            Place place = Place.below(pieces.first(elements.getFirst().span()));
            comma(expr(element, need, depth, Place.below(pieces.first(element.span()))), depth, place);
        }
    }

    /** A line may begin after the comma after {@code last}, when there is one. */
    void comma(Piece last, int depth, Place place) {
        Piece comma = pieces.after(last);
        if (comma.is(",")) {
            pieces.after(comma).mayBegin(depth * DEPTH + COMMA, place, false);
        }
    }
}
