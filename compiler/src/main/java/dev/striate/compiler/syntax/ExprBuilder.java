package dev.striate.compiler.syntax;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.source.Span;
import dev.striate.grammar.CnnParser.*;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;

/** Builds expressions and chains. Only for parse trees without errors. */
final class ExprBuilder {
    private final ErrorLog log;

    ExprBuilder(ErrorLog log) {
        this.log = log;
    }

    // ---- leaves

    static Span span(ParserRuleContext context) {
        SourceToken first = (SourceToken) context.getStart();
        SourceToken last = (SourceToken) context.getStop();
        return first.span().to(last.span());
    }

    private static Span span(Token token) {
        return ((SourceToken) token).span();
    }

    static Ast.Name name(ParserRuleContext context) {
        return new Ast.Name(context.getText(), span(context));
    }

    static List<Ast.Name> names(List<? extends ParserRuleContext> contexts) {
        return contexts.stream().map(ExprBuilder::name).toList();
    }

    static Ast.Text text(Token token) {
        String quoted = token.getText();
        String value = quoted.substring(1, quoted.length() - 1).replaceAll("\\\\(.)", "$1");
        return new Ast.Text(value, span(token));
    }

    static List<Ast.Text> texts(@Nullable GlobsContext globs) {
        return globs == null
                ? List.of()
                : globs.STRING().stream().map(t -> text(t.getSymbol())).toList();
    }

    static Ast.Quantity quantity(QuantityContext context) {
        String unit = context.getStop().getText();
        String singular = unit.endsWith("s") ? unit.substring(0, unit.length() - 1) : unit;
        Ast.Num amount = num(context.NUM());
        return new Ast.Quantity(amount, Ast.Unit.valueOf(singular.toUpperCase(Locale.ROOT)), span(context));
    }

    private static Ast.Num num(TerminalNode node) {
        return new Ast.Num(new BigDecimal(node.getText()), span(node.getSymbol()));
    }

    // ---- expressions

    List<Ast.Expr> exprs(List<ExprContext> contexts) {
        return contexts.stream().map(this::expr).toList();
    }

    Ast.Expr expr(ExprContext context) {
        checkLength(context);
        Span span = span(context);
        return switch (context) {
            case MemberExprContext c -> new Ast.Member(expr(c.expr()), name(c.word()), span);
            case IndexExprContext c -> new Ast.Index(expr(c.expr(0)), expr(c.expr(1)), span);
            case UnaryExprContext c -> new Ast.Unary(unaryOp(c.op.getText()), expr(c.expr()), span);
            case BinaryExprContext c ->
                new Ast.Binary(binaryOp(c.op.getText()), expr(c.expr(0)), expr(c.expr(1)), span);
            case ConditionalExprContext c ->
                new Ast.Conditional(expr(c.expr(0)), expr(c.expr(1)), expr(c.expr(2)), span);
            case ListExprContext c -> new Ast.ListLiteral(exprs(c.expr()), span);
            case ParenExprContext c -> c.value().size() == 1 ? value(c.value(0)) : tuple(c.value(), span);
            case QuantityExprContext c -> quantity(c.quantity());
            case NumExprContext c -> num(c.NUM());
            case ExtentExprContext c -> new Ast.Extent(sides(c.getText()), span);
            case StringExprContext c -> text(c.getStart());
            case BoolExprContext c -> new Ast.Bool(c.getText().equals("true"), span);
            case CallExprContext c -> callOrRef(c.call().getStart(), c.call().args());
            default -> throw new IllegalStateException("no case for " + context.getClass());
        };
    }

    /**
     * Operators in a row nest to the left, which parsing does without recursion, and whoever walks the tree does not.
     */
    private void checkLength(ExprContext context) {
        int length = 0;
        for (ParseTree left = context; left instanceof ExprContext; left = left.getChild(0)) {
            length++;
            if (length > Brackets.DEEPEST) {
                stop(context);
            }
        }
    }

    private void stop(ParserRuleContext context) {
        String message = "this expression has more than " + Brackets.DEEPEST + " operators in a row";
        log.add(Diagnostic.error(Code.TOO_DEEP, span(context.getStart()), message)
                .fix("name parts of it with `let`"));
        throw new ParseCancellationException();
    }

    private static List<Integer> sides(String extent) {
        return Arrays.stream(extent.split("x", -1)).map(Integer::valueOf).toList();
    }

    private static Ast.UnaryOp unaryOp(String sign) {
        return sign.equals("-") ? Ast.UnaryOp.NEGATE : Ast.UnaryOp.NOT;
    }

    private static Ast.BinaryOp binaryOp(String sign) {
        return Arrays.stream(Ast.BinaryOp.values())
                .filter(op -> op.sign().equals(sign))
                .findFirst()
                .orElseThrow();
    }

    private Ast.Expr callOrRef(Token callee, @Nullable ArgsContext args) {
        Ast.Name name = new Ast.Name(callee.getText(), span(callee));
        return args == null
                ? new Ast.Ref(name, name.span())
                : new Ast.Call(name, args(name, args), name.span().to(span(args)));
    }

    /** A call, also when there are no parentheses. */
    Ast.Call call(CallContext context) {
        Ast.Name name = new Ast.Name(context.getStart().getText(), span(context.getStart()));
        return new Ast.Call(name, args(name, context.args()), span(context));
    }

    /** Arguments begin on the line of their name: on a line of its own, `(` is meant to begin a statement. */
    private List<Ast.Arg> args(Ast.Name callee, @Nullable ArgsContext context) {
        if (context == null) {
            return List.of();
        }
        SourceToken paren = (SourceToken) context.getStart();
        if (paren.isFirstOnLine()) {
            reject(
                    context,
                    Diagnostic.error(Code.UNEXPECTED, paren.span(), "a statement cannot begin with `(`")
                            .related(callee.span(), "arguments of this would begin on its line")
                            .fix("name the result: `let c, h = (a, b) -> …`"));
        }
        return context.arg().stream().map(this::arg).toList();
    }

    private Ast.Arg arg(ArgContext context) {
        WordContext name = context.word();
        return new Ast.Arg(name == null ? null : name(name), value(context.value()), span(context));
    }

    // ---- chains

    /** An expression, a merge, or a chain that begins with one of them. */
    Ast.Expr value(ValueContext context) {
        Ast.Expr head = merge(expr(context.expr()), context.branches());
        if (context.step().isEmpty()) {
            return head;
        }
        return new Ast.Chain(steps(new Ast.Step(null, head, head.span()), context.step()), span(context));
    }

    private Ast.Tuple tuple(List<ValueContext> elements, Span span) {
        return new Ast.Tuple(elements.stream().map(this::value).toList(), span);
    }

    Ast.Chain chain(ChainContext context) {
        Ast.Expr head = merge(head(context.head()), context.branches());
        Ast.Name label = label(context.label());
        Span span = label == null ? head.span() : label.span().to(head.span());
        return new Ast.Chain(steps(new Ast.Step(label, head, span), context.step()), span(context));
    }

    private List<Ast.Step> steps(Ast.Step first, List<StepContext> rest) {
        List<Ast.Step> steps = new ArrayList<>();
        steps.add(first);
        rest.forEach(s -> steps.add(step(s)));
        return List.copyOf(steps);
    }

    private Ast.Step step(StepContext context) {
        return new Ast.Step(label(context.label()), action(context.action()), span(context));
    }

    static Ast.@Nullable Name label(@Nullable LabelContext context) {
        return context == null ? null : name(context.name());
    }

    private Ast.StepKind action(ActionContext context) {
        Span span = span(context);
        return switch (context) {
            case OutputActionContext c -> new Ast.OutputStep(name(c.name()), span);
            case RepeatActionContext c -> new Ast.Repeat(expr(c.expr()), body(c.body()), span);
            case ForActionContext c -> new Ast.For(name(c.name()), expr(c.expr()), body(c.body()), span);
            case ChoiceActionContext c -> choice(c.choice());
            case GroupActionContext c -> new Ast.Group(body(c.body()), span);
            case RefActionContext c -> merge(ref(c), c.branches());
            default -> throw new IllegalStateException("no case for " + context.getClass());
        };
    }

    private Ast.Expr ref(RefActionContext context) {
        return context.head() == null ? callOrRef(context.getStart(), context.args()) : head(context.head());
    }

    private Ast.Expr head(HeadContext context) {
        Ast.Expr head = callOrRef(context.getStart(), context.args());
        if (context.word().size() > Brackets.DEEPEST) {
            stop(context);
        }
        for (WordContext word : context.word()) {
            Ast.Name member = name(word);
            head = new Ast.Member(head, member, head.span().to(member.span()));
        }
        return head;
    }

    private Ast.If choice(ChoiceContext context) {
        Ast.Chain then = body(context.body(0));
        Ast.Chain otherwise = null;
        if (context.choice() != null) {
            Ast.If elseIf = choice(context.choice());
            otherwise = new Ast.Chain(List.of(new Ast.Step(null, elseIf, elseIf.span())), elseIf.span());
        } else if (context.body().size() > 1) {
            otherwise = body(context.body(1));
        }
        return new Ast.If(expr(context.expr()), then, otherwise, span(context));
    }

    Ast.Chain body(BodyContext context) {
        return inner(context.inner());
    }

    private Ast.Chain inner(InnerContext context) {
        if (context.tuple() == null) {
            return new Ast.Chain(context.step().stream().map(this::step).toList(), span(context));
        }
        Ast.Tuple tuple = tuple(context.tuple().value(), span(context.tuple()));
        return new Ast.Chain(steps(new Ast.Step(null, tuple, tuple.span()), context.step()), span(context));
    }

    // ---- merges

    private Ast.Expr merge(Ast.Expr head, @Nullable BranchesContext context) {
        if (context == null) {
            return head;
        }
        Span span = head.span().to(span(context));
        return switch (head) {
            case Ast.Ref r -> new Ast.Merge(new Ast.Call(r.name(), List.of(), r.span()), branches(context), span);
            case Ast.Call c -> new Ast.Merge(c, branches(context), span);
            default -> {
                reject(
                        context,
                        Diagnostic.error(
                                        Code.UNEXPECTED,
                                        span(context.getStart()),
                                        "only a merge, such as `add`, can have branches")
                                .related(head.span(), "this is a value")
                                .fix("name the merge first: `let both = add { a | b }`"));
                yield head;
            }
        };
    }

    private List<Ast.Branch> branches(BranchesContext context) {
        return context.branch().stream().map(this::branch).toList();
    }

    private Ast.Branch branch(BranchContext context) {
        return context.inner() == null
                ? new Ast.Each(name(context.name()), expr(context.expr()), body(context.body()), span(context))
                : inner(context.inner());
    }

    /** Reports what the grammar lets pass, and leaves out the statement around it. */
    private void reject(ParserRuleContext context, Diagnostic.Builder error) {
        ((SourceToken) context.getStart()).damaged = true;
        log.add(error);
    }
}
