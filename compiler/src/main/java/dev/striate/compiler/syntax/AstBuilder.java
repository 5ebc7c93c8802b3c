package dev.striate.compiler.syntax;

import static dev.striate.compiler.syntax.ExprBuilder.label;
import static dev.striate.compiler.syntax.ExprBuilder.name;
import static dev.striate.compiler.syntax.ExprBuilder.names;
import static dev.striate.compiler.syntax.ExprBuilder.quantity;
import static dev.striate.compiler.syntax.ExprBuilder.span;
import static dev.striate.compiler.syntax.ExprBuilder.text;
import static dev.striate.compiler.syntax.ExprBuilder.texts;

import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import dev.striate.grammar.CnnParser.*;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.antlr.v4.runtime.ParserRuleContext;
import org.jspecify.annotations.Nullable;

/** Builds the tree of a file from ANTLR's, and leaves out what an error is in. */
final class AstBuilder {
    private final SourceFile file;
    private final List<SourceToken> tokens;
    private final ExprBuilder exprs;
    private final BitSet kept = new BitSet();
    private final Set<SourceToken> documented = new HashSet<>();

    /** Whether a {@code defaults} of the file could not be read, so that nothing after it means what it says. */
    private boolean defaultsLost;

    AstBuilder(SourceFile file, List<SourceToken> tokens, ErrorLog log) {
        this.file = file;
        this.tokens = tokens;
        this.exprs = new ExprBuilder(log);
    }

    // ---- the file

    Ast.File file(FileContext context) {
        List<PackageDeclContext> packages = context.packageDecl() == null ? List.of() : List.of(context.packageDecl());
        List<Ast.PackageDecl> pkg = intact(packages, this::packageDecl);
        List<Ast.Import> imports = intact(context.importDecl(), this::importDecl);
        List<Ast.Decl> decls = new ArrayList<>();
        for (DeclContext c : context.decl()) {
            Ast.Decl decl = decl(c);
            if (decl != null) {
                decls.add(decl);
                keep(c);
            }
        }
        boolean complete = tokens.stream().noneMatch(t -> t.damaged && !kept.get(t.getTokenIndex()));
        Span all = file.span(0, file.text().length());
        return new Ast.File(file, pkg.isEmpty() ? null : pkg.getFirst(), imports, List.copyOf(decls), complete, all);
    }

    /** The {@code ///} comments that document nothing; each is the first of its paragraph. */
    List<Span> strayDocs() {
        return tokens.stream()
                .filter(t -> !t.docs.isEmpty() && !documented.contains(t))
                .map(t -> t.docs.getFirst())
                .toList();
    }

    private void keep(ParserRuleContext context) {
        kept.set(context.getStart().getTokenIndex(), context.getStop().getTokenIndex() + 1);
    }

    private boolean isDamaged(ParserRuleContext context) {
        if (context.exception != null) {
            return true;
        }
        int start = context.getStart().getTokenIndex();
        int stop = context.getStop().getTokenIndex();
        return tokens.subList(start, Math.max(start, stop) + 1).stream().anyMatch(t -> t.damaged);
    }

    /** Those that have no error, built; building, too, may find one. */
    private <C extends ParserRuleContext, T> List<T> intact(List<C> contexts, Function<C, T> build) {
        List<T> built = new ArrayList<>();
        for (C context : contexts) {
            T one = isDamaged(context) ? null : build.apply(context);
            if (one != null && !isDamaged(context)) {
                built.add(one);
                keep(context);
            }
        }
        return List.copyOf(built);
    }

    /** The text of the {@code ///} comments before {@code context}. */
    private @Nullable String doc(ParserRuleContext context) {
        SourceToken first = (SourceToken) context.getStart();
        documented.add(first);
        if (first.docs.isEmpty()) {
            return null;
        }
        return first.docs.stream()
                .map(d -> d.text().substring(3))
                .map(line -> (line.startsWith(" ") ? line.substring(1) : line).stripTrailing())
                .collect(Collectors.joining("\n"));
    }

    // ---- declarations

    private Ast.PackageDecl packageDecl(PackageDeclContext c) {
        return new Ast.PackageDecl(path(c.path()), doc(c), span(c));
    }

    private Ast.Import importDecl(ImportDeclContext c) {
        List<Ast.Name> path = path(c.path());
        boolean single = c.name().isEmpty();
        return new Ast.Import(
                single ? path.subList(0, path.size() - 1) : path,
                single ? List.of(path.getLast()) : names(c.name()),
                span(c));
    }

    private static List<Ast.Name> path(PathContext c) {
        List<Ast.Name> path = new ArrayList<>();
        path.add(name(c.name()));
        path.addAll(names(c.word()));
        return List.copyOf(path);
    }

    /** Null, when not even its name is known. */
    private Ast.@Nullable Decl decl(DeclContext context) {
        String doc = doc(context);
        return switch (context) {
            case BlockDeclContext c
            when isRead(c.name()) -> {
                List<Ast.Param> params = params(c.params());
                List<Ast.Stmt> body = stmts(c.stmts());
                yield new Ast.Block(name(c.name()), params, body, doc, isUnsure(c), span(c));
            }
            case NetDeclContext c
            when isRead(c.name()) -> {
                List<Ast.Param> params = params(c.params());
                List<Ast.Stmt> body = stmts(c.stmts());
                yield new Ast.Net(name(c.name()), params, body, doc, isUnsure(c), span(c));
            }
            case TrainDeclContext c
            when isRead(c.name()) && isRead(c.call()) && !isDamaged(c.call()) -> {
                Ast.Call net = exprs.call(c.call());
                List<Ast.Setting> settings = settings(c.settings());
                yield new Ast.Train(name(c.name()), net, settings, doc, isUnsure(c), span(c));
            }
            case NetInstanceContext c
            when !isDamaged(c) -> {
                Ast.Call net = exprs.call(c.call());
                yield new Ast.NetInstance(name(c.name()), net, doc, isUnsure(c), span(c));
            }
            case FileDefaultsContext c
            when !isDamaged(c) -> {
                Ast.Defaults defaults = defaults(c.defaults());
                yield new Ast.FileDefaults(defaults, isUnsure(c), span(c));
            }
            default -> {
                defaultsLost |= context instanceof FileDefaultsContext;
                yield null;
            }
        };
    }

    private static boolean isRead(@Nullable ParserRuleContext context) {
        return context != null && context.exception == null;
    }

    /** Evaluated after all parts of {@code context}, since building them may find errors, too. */
    private boolean isUnsure(DeclContext context) {
        return defaultsLost || isDamaged(context);
    }

    private List<Ast.Param> params(@Nullable ParamsContext context) {
        return context == null ? List.of() : intact(context.param(), this::param);
    }

    private Ast.Param param(ParamContext c) {
        return new Ast.Param(
                name(c.name()),
                c.type() == null ? null : type(c.type()),
                c.value() == null ? null : exprs.value(c.value()),
                span(c));
    }

    private Ast.Type type(TypeContext c) {
        return new Ast.Type(name(c.name()), exprs.exprs(c.expr()), span(c));
    }

    // ---- statements

    private List<Ast.Stmt> stmts(@Nullable StmtsContext context) {
        return context == null ? List.of() : intact(context.stmt(), this::stmt);
    }

    private Ast.Stmt stmt(StmtContext context) {
        Span span = span(context);
        return switch (context) {
            case InputStmtContext c ->
                new Ast.Input(name(c.name()), type(c.type()), call(c.call()), where(c.where()), doc(c), span);
            case LabelStmtContext c -> new Ast.Label(name(c.name()), type(c.type()), where(c.where()), doc(c), span);
            case LetStmtContext c -> new Ast.Let(names(c.name()), exprs.value(c.value()), span);
            case OutputStmtContext c -> new Ast.Output(name(c.name()), exprs.value(c.value()), doc(c), span);
            case LearnedStmtContext c -> new Ast.Learned(name(c.name()), type(c.type()), call(c.call()), doc(c), span);
            case SharedStmtContext c -> new Ast.Shared(name(c.name()), exprs.call(c.call()), span);
            case DefaultsStmtContext c -> defaults(c.defaults());
            case WhenStmtContext c -> new Ast.When(name(c.name()), stmts(c.stmts()), span);
            case LossStmtContext c -> new Ast.Loss(name(c.name()), exprs.value(c.value()), span);
            case MetricStmtContext c -> new Ast.Metric(name(c.name()), exprs.value(c.value()), span);
            case ObjectiveStmtContext c ->
                new Ast.Objective(
                        c.name() == null ? null : name(c.name()), exprs.value(c.value()), texts(c.globs()), span);
            case AssertStmtContext c ->
                new Ast.Assert(
                        exprs.expr(c.expr()),
                        c.given().stream().map(this::given).toList(),
                        span);
            case ChainStmtContext c -> new Ast.ChainStmt(exprs.chain(c.chain()), span);
            default -> throw new IllegalStateException("no case for " + context.getClass());
        };
    }

    private Ast.Expr given(GivenContext c) {
        Ast.Name symbol = name(c.name());
        return new Ast.Binary(Ast.BinaryOp.EQUAL, new Ast.Ref(symbol, symbol.span()), exprs.expr(c.expr()), span(c));
    }

    private Ast.@Nullable Call call(@Nullable CallContext context) {
        return context == null ? null : exprs.call(context);
    }

    private List<Ast.Expr> where(@Nullable WhereContext context) {
        return context == null ? List.of() : exprs.exprs(context.expr());
    }

    private Ast.Defaults defaults(DefaultsContext c) {
        return new Ast.Defaults(c.call().stream().map(exprs::call).toList(), span(c));
    }

    // ---- settings

    private List<Ast.Setting> settings(@Nullable SettingsContext context) {
        return context == null ? List.of() : intact(context.setting(), this::setting);
    }

    private Ast.Setting setting(SettingContext context) {
        Span span = span(context);
        return switch (context) {
            case InitSettingContext c -> init(c);
            case DataSettingContext c -> new Ast.Data(exprs.call(c.call()), span);
            case FeedSettingContext c ->
                new Ast.Feed(c.binding().stream().map(AstBuilder::binding).toList(), span);
            case TransformSettingContext c -> new Ast.Transform(name(c.name()), exprs.body(c.body()), span);
            case OptimizeSettingContext c -> new Ast.Optimize(label(c.label()), exprs.call(c.call()), span);
            case ScheduleSettingContext c -> new Ast.Schedule(exprs.call(c.call()), span);
            case PrecisionSettingContext c -> new Ast.Precision(exprs.call(c.call()), span);
            case GroupSettingContext c ->
                new Ast.ParamGroup(
                        texts(c.globs()), c.tune().stream().map(this::tune).toList(), span);
            case FreezeSettingContext c ->
                new Ast.Freeze(texts(c.globs()), c.getStop().getText().equals("stats"), span);
            case BudgetSettingContext c -> new Ast.Budget(exprs.expr(c.expr()), span);
            case PhaseSettingContext c ->
                new Ast.Phase(name(c.name()), quantity(c.quantity()), settings(c.settings()), span);
            case CheckpointSettingContext c ->
                new Ast.Checkpoint(c.option().stream().map(this::option).toList(), span);
            case StopSettingContext c -> new Ast.Stop(exprs.call(c.call()), span);
            case ExpectSettingContext c -> new Ast.Expect(exprs.expr(c.expr()), span);
            default -> throw new IllegalStateException("no case for " + context.getClass());
        };
    }

    private static Ast.Init init(InitSettingContext c) {
        return new Ast.Init(
                texts(c.part),
                text(c.STRING().getSymbol()),
                texts(c.except),
                c.rename().stream().map(AstBuilder::rename).toList(),
                span(c));
    }

    private static Ast.Rename rename(RenameContext c) {
        return new Ast.Rename(text(c.STRING(0).getSymbol()), text(c.STRING(1).getSymbol()), span(c));
    }

    private static Ast.Binding binding(BindingContext c) {
        return new Ast.Binding(name(c.name(0)), name(c.name(1)), span(c));
    }

    private Ast.Tune tune(TuneContext c) {
        SourceToken what = (SourceToken) c.getStart();
        return new Ast.Tune(new Ast.Name(what.getText(), what.span()), exprs.expr(c.expr()), span(c));
    }

    private Ast.Arg option(OptionContext c) {
        return new Ast.Arg(name(c.name()), exprs.expr(c.expr()), span(c));
    }
}
