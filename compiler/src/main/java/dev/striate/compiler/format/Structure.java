package dev.striate.compiler.format;

import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.List;

/** Says of the pieces of declarations, statements and settings where lines begin, or may begin, and spaces are. */
final class Structure {
    private static final int INDENT = 2;

    private final Pieces pieces;
    private final Expressions exprs;

    Structure(Pieces pieces) {
        this.pieces = pieces;
        this.exprs = new Expressions(pieces);
    }

    void file(Ast.File file) {
        if (file.pkg() != null) {
            pieces.first(file.pkg().span()).alwaysBegins(0);
        }
        file.imports().forEach(this::importDecl);
        file.decls().forEach(this::decl);
    }

    private void importDecl(Ast.Import i) {
        pieces.first(i.span()).alwaysBegins(0);
        Piece close = pieces.last(i.span());
        if (close.is("}")) {
            pieces.partner(close).glue();
            close.tightBefore = true;
            i.names().forEach(n -> exprs.comma(pieces.first(n.span()), 1, Place.column(2 * INDENT)));
        }
    }

    private void decl(Ast.Decl decl) {
        pieces.first(decl.span()).alwaysBegins(0);
        switch (decl) {
            case Ast.Block b -> {
                params(b.name(), b.params());
                stmts(b.span(), b.body(), 0);
            }
            case Ast.Net n -> {
                params(n.name(), n.params());
                stmts(n.span(), n.body(), 0);
            }
            case Ast.NetInstance i -> exprs.call(i.net(), 0);
            case Ast.FileDefaults d -> defaults(d.defaults(), 0);
            case Ast.Train t -> {
                exprs.call(t.net(), 0);
                settings(t.span(), t.settings(), 0);
            }
        }
    }

    private void params(Ast.Name name, List<Ast.Param> params) {
        Piece open = pieces.after(pieces.first(name.span()));
        if (!open.is("(")) {
            return;
        }
        exprs.parameters(open);
        for (Ast.Param p : params) {
            Piece last = pieces.first(p.name().span());
            if (p.type() != null) {
                last = type(p.type(), 1);
            }
            if (p.defaultValue() != null) {
                Place place = Place.below(pieces.first(p.defaultValue().span()));
                last = exprs.value(p.defaultValue(), 1, place, false, place);
            }
            exprs.comma(last, 1, Place.below(pieces.after(open)));
        }
    }

    /** Returns its last piece. */
    private Piece type(Ast.Type type, int depth) {
        Piece last = pieces.last(type.span());
        if (last.is("]")) {
            pieces.partner(last).tightBefore = true;
            exprs.elements(type.dims(), depth + 1);
        }
        return last;
    }

    /** The braces at the end of {@code whole}, a line for each part. */
    private int lines(Span whole, List<? extends Ast> parts, int indent) {
        int inner = indent + INDENT;
        Piece close = pieces.last(whole);
        if (pieces.before(close) == pieces.partner(close)) {
            close.tightBefore = true;
        }
        close.alwaysBegins(indent);
        parts.forEach(p -> pieces.first(p.span()).alwaysBegins(inner));
        return inner;
    }

    // ---- statements

    private void stmts(Span whole, List<Ast.Stmt> stmts, int indent) {
        int inner = lines(whole, stmts, indent);
        stmts.forEach(s -> stmt(s, inner));
    }

    private void stmt(Ast.Stmt stmt, int indent) {
        switch (stmt) {
            case Ast.Input i -> {
                Piece last = type(i.type(), 0);
                where(i.source() == null ? last : call(i.source()), i.where(), indent);
            }
            case Ast.Label l -> where(type(l.type(), 0), l.where(), indent);
            case Ast.Let l -> {
                l.names().forEach(n -> exprs.comma(pieces.first(n.span()), 0, continued(indent)));
                value(l.value(), indent);
            }
            case Ast.Output o -> value(o.value(), indent);
            case Ast.Learned l -> {
                type(l.type(), 0);
                if (l.init() != null) {
                    exprs.call(l.init(), 0);
                }
            }
            case Ast.Shared s -> exprs.call(s.block(), 0);
            case Ast.Defaults d -> defaults(d, indent);
            case Ast.When w -> stmts(w.span(), w.body(), indent);
            case Ast.Loss l -> value(l.value(), indent);
            case Ast.Metric m -> value(m.value(), indent);
            case Ast.Objective o -> {
                Piece updates = pieces.after(value(o.value(), indent));
                if (!o.updates().isEmpty()) {
                    updates.mayBegin(Expressions.CLAUSE, continued(indent), false);
                    texts(o.updates(), indent, 0);
                }
            }
            case Ast.Assert a -> {
                Piece at = pieces.after(condition(a.condition()));
                if (!a.at().isEmpty()) {
                    at.mayBegin(Expressions.CLAUSE, continued(indent), false);
                    list(a.at(), indent);
                }
            }
            case Ast.ChainStmt c -> exprs.statement(c.chain(), indent);
        }
    }

    private static Place continued(int indent) {
        return Place.column(indent + 2 * INDENT);
    }

    /** What stands after {@code =}: operators begin lines two to the left, so that operands stand below one another. */
    private Piece value(Ast.Expr value, int indent) {
        Place operators = Place.below(pieces.first(value.span())).plus(-2);
        return exprs.value(value, 0, Place.column(indent + INDENT), true, operators);
    }

    private Piece condition(Ast.Expr condition) {
        return exprs.expr(condition, 0, Place.below(pieces.first(condition.span())));
    }

    private Piece call(Ast.Call call) {
        exprs.call(call, 0);
        return pieces.last(call.span());
    }

    private void where(Piece last, List<Ast.Expr> conditions, int indent) {
        if (!conditions.isEmpty()) {
            pieces.after(last).mayBegin(Expressions.CLAUSE, continued(indent), false);
            list(conditions, indent);
        }
    }

    private void list(List<Ast.Expr> list, int indent) {
        list.forEach(e -> exprs.comma(condition(e), 0, continued(indent)));
    }

    private void defaults(Ast.Defaults defaults, int indent) {
        defaults.calls().forEach(c -> exprs.comma(call(c), 0, continued(indent)));
    }

    // ---- settings

    private void settings(Span whole, List<Ast.Setting> settings, int indent) {
        int inner = lines(whole, settings, indent);
        settings.forEach(s -> setting(s, inner, 0));
    }

    private void setting(Ast.Setting setting, int indent, int depth) {
        switch (setting) {
            case Ast.Init i -> init(i, indent, depth);
            case Ast.Data d -> exprs.call(d.call(), depth);
            case Ast.Feed f -> f.bindings().forEach(b -> exprs.comma(pieces.last(b.span()), depth, continued(indent)));
            case Ast.Transform t -> exprs.body(t.body(), depth);
            case Ast.Optimize o -> exprs.call(o.call(), depth);
            case Ast.Schedule s -> exprs.call(s.call(), depth);
            case Ast.Precision p -> exprs.call(p.call(), depth);
            case Ast.ParamGroup g -> {
                texts(g.globs(), indent, depth);
                g.tunes().forEach(t -> tune(t, depth));
            }
            case Ast.Freeze f -> texts(f.globs(), indent, depth);
            case Ast.Budget b -> exprs.expr(b.condition(), depth, continued(indent));
            case Ast.Phase p -> phase(p, indent, depth);
            case Ast.Checkpoint c -> c.args().forEach(a -> exprs.arg(a, depth));
            case Ast.Stop s -> exprs.call(s.call(), depth);
            case Ast.Expect e -> exprs.expr(e.condition(), depth, continued(indent));
        }
    }

    private void init(Ast.Init init, int indent, int depth) {
        texts(init.part(), indent, depth);
        if (!init.except().isEmpty()) {
            Piece except = pieces.before(pieces.first(init.except().getFirst().span()));
            except.mayBegin(depth * Expressions.DEPTH + Expressions.CLAUSE, continued(indent), false);
            texts(init.except(), indent, depth);
        }
        if (!init.renames().isEmpty()) {
            Piece map = pieces.before(pieces.first(init.renames().getFirst().span()));
            map.mayBegin(depth * Expressions.DEPTH + Expressions.CLAUSE, continued(indent), false);
            init.renames().forEach(r -> exprs.comma(pieces.last(r.span()), depth, continued(indent)));
        }
    }

    private void texts(List<Ast.Text> texts, int indent, int depth) {
        texts.forEach(t -> exprs.comma(pieces.last(t.span()), depth, continued(indent)));
    }

    private void tune(Ast.Tune tune, int depth) {
        pieces.after(pieces.first(tune.span())).glue();
        exprs.expr(tune.factor(), depth, Place.below(pieces.first(tune.factor().span())));
    }

    /** On one line when the author has it so and it fits. */
    private void phase(Ast.Phase phase, int indent, int depth) {
        Piece close = pieces.last(phase.span());
        Piece open = pieces.partner(close);
        List<Piece> starts = new ArrayList<>();
        phase.settings().forEach(s -> starts.add(pieces.first(s.span())));
        starts.add(close);
        if (phase.settings().isEmpty() || !pieces.areOnOneLine(open, close)) {
            settings(phase.span(), phase.settings(), indent);
            return;
        }
        for (Piece start : starts) {
            start.place = Place.inLineOf(open, start == close ? 0 : INDENT);
            start.wide = start != close && start != starts.getFirst();
        }
        open.braces = new Piece.Braces(depth * Expressions.DEPTH + Expressions.BRACES, List.copyOf(starts), close);
        phase.settings().forEach(s -> setting(s, indent + INDENT, depth + 1));
    }
}
