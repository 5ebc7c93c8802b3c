package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Condition;
import dev.striate.compiler.ir.Condition.Relation;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.Ast.BinaryOp;
import java.util.ArrayList;
import java.util.List;

/** Reads what stands behind {@code where}: comparisons of sizes. */
final class Conditions {
    private final Scope scope;
    private final NetBuilder net;
    private final Log log;

    Conditions(Scope scope, NetBuilder net, Log log) {
        this.scope = scope;
        this.net = net;
        this.log = log;
    }

    /** Adds the conditions to the net. */
    void read(List<Ast.Expr> where) {
        where.forEach(this::condition);
    }

    private void condition(Ast.Expr written) {
        if (written instanceof Ast.Binary b && b.op() == BinaryOp.AND) {
            condition(b.left());
            condition(b.right());
        } else if (!(written instanceof Ast.Binary b) || !ConstantFolder.isComparison(b.op())) {
            bad(
                    written,
                    Log.quote(written.span()) + " compares nothing",
                    "write conditions such as `where H % 8 == 0`");
        } else if (!unbound(written, scope, log)) {
            ConstantFolder folder = new ConstantFolder(scope, log);
            Const left = folder.fold(b.left());
            Const right = folder.fold(b.right());
            if (left instanceof Const.Num(Dim x) && right instanceof Const.Num(Dim y)) {
                add(b, x, y);
            } else if (!left.isUnknown() && !right.isUnknown()) {
                bad(written, Log.quote(written.span()) + " compares something else than sizes", "compare numbers");
            }
        }
    }

    private void add(Ast.Binary written, Dim x, Dim y) {
        if (!net.hasDimensions(x.minus(y))) {
            bad(
                    written,
                    Log.quote(written.span()) + " does not depend on a dimension of the net",
                    "leave it out, or write it as an `assert`");
            return;
        }
        String text = written.span().text();
        Origin origin = new Origin.Source(written.span());
        net.condition(
                switch (written.op()) {
                    case EQUAL -> new Condition(x.minus(y), Relation.ZERO, text, origin);
                    case UNEQUAL -> new Condition(x.minus(y), Relation.NOT_ZERO, text, origin);
                    case AT_LEAST -> new Condition(x.minus(y), Relation.AT_LEAST_ZERO, text, origin);
                    case AT_MOST -> new Condition(y.minus(x), Relation.AT_LEAST_ZERO, text, origin);
                    case GREATER -> Condition.isPositive(x.minus(y), text, origin);
                    default -> Condition.isPositive(y.minus(x), text, origin);
                });
    }

    private void bad(Ast.Expr written, String message, String fix) {
        log.add(Diagnostic.error(Code.BAD_CONDITION, written.span(), message).fix(fix));
    }

    // ---- names of dimensions

    /** Whether a name is written as that of a dimension: it begins with a capital. */
    static boolean isDimension(Ast.Name name) {
        return Character.isUpperCase(name.text().charAt(0));
    }

    /** Reports the first dimension in an expression that no input declares, once; whether there is one. */
    static boolean unbound(Ast.Expr written, Scope scope, Log log) {
        List<Ast.Name> names = new ArrayList<>();
        names(written, names);
        for (Ast.Name name : names) {
            if (isDimension(name) && !name.text().equals("N") && scope.find(name.text()) == null) {
                log.add(Diagnostic.error(
                                Code.UNBOUND_DIMENSION,
                                name.span(),
                                "the dimension `" + name.text() + "` is computed with before it is declared")
                        .fix("let it stand by itself in the type of an input above: `f32[N, 3, " + name.text()
                                + ", …]`"));
                scope.declare(name, new Entry.Constant(Const.unknown(), name.span()));
                return true;
            }
        }
        return false;
    }

    private static void names(Ast.Expr expr, List<Ast.Name> into) {
        switch (expr) {
            case Ast.Ref r -> into.add(r.name());
            case Ast.Unary u -> names(u.operand(), into);
            case Ast.Binary b -> {
                names(b.left(), into);
                names(b.right(), into);
            }
            case Ast.Call c -> c.args().forEach(a -> names(a.value(), into));
            case Ast.Conditional c -> {
                names(c.condition(), into);
                names(c.then(), into);
                names(c.otherwise(), into);
            }
            default -> {}
        }
    }
}
