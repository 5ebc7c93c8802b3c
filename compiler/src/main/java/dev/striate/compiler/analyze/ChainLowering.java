package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns chains, and other expressions over values, into nodes. */
final class ChainLowering {
    private final NetBuilder net;
    private final Log log;
    private final Callables callables;
    private final LayerLowering layers;
    private final Map<String, Span> declaredLater;
    private final Scope root;
    private Scope scope;

    /** For a net whose names are in {@code scope}; {@code declaredLater} says where names are declared that it has not yet. */
    ChainLowering(NetBuilder net, Scope scope, FileNames file, Map<String, Span> declaredLater, Log log) {
        this.net = net;
        this.root = scope;
        this.scope = scope;
        this.log = log;
        this.callables = new Callables(file, log);
        this.layers = new LayerLowering(net, log);
        this.declaredLater = declaredLater;
    }

    // ---- values

    /** The value of {@code expr}, which may be a label. */
    Value value(Ast.Expr expr) {
        return value(expr, Role.LAYER, null);
    }

    /** The value of what follows {@code loss name =} or {@code metric name =}; the name is the path. */
    Value term(Ast.Expr expr, Role role, Ast.Name name) {
        return switch (expr) {
            case Ast.Chain c -> value(c, role, name);
            case Ast.Call c -> value(c, role, name);
            default -> {
                if (value(expr).isKnown()) {
                    log.add(Diagnostic.error(
                                    Code.WRONG_ROLE,
                                    expr.span(),
                                    Log.quote(expr.span()) + " is a value, and a " + role.word() + " is needed here")
                            .fix("the " + role.plural() + " are " + Log.list(role.names())));
                }
                yield Value.UNKNOWN;
            }
        };
    }

    private Value value(Ast.Expr expr, Role role, Ast.@Nullable Name path) {
        return switch (expr) {
            case Ast.Ref r -> read(r.name());
            case Ast.Member m -> member(m);
            case Ast.Call c -> layer(c.callee(), c.args(), null, role, path, c.span());
            case Ast.Chain c -> chain(c, null, role, path);
            case Ast.Merge m ->
                unsupported(
                        m.call().span(),
                        "a merge, such as `" + m.call().callee().text() + "`,",
                        "write one chain");
            case Ast.Tuple t -> unsupported(t.span(), "a tuple of values", "write one chain for each value");
            case Ast.Binary b -> unsupported(b.span(), "arithmetic over values", "use layers");
            case Ast.Unary u -> unsupported(u.span(), "arithmetic over values", "use layers");
            case Ast.Conditional c -> unsupported(c.span(), "a choice between values", "write the one that you need");
            case Ast.Index i -> unsupported(i.span(), "indexing a value", "use the whole value");
            case Ast.Num n -> notAValue(n, "a number");
            case Ast.Quantity q -> notAValue(q, "a number");
            case Ast.Extent e -> notAValue(e, "an extent");
            case Ast.Bool b -> notAValue(b, "a constant");
            case Ast.Text t -> notAValue(t, "a text");
            case Ast.ListLiteral l -> notAValue(l, "a list");
        };
    }

    private Value unsupported(Span span, String what, String fix) {
        log.unsupported(span, what, fix);
        return Value.UNKNOWN;
    }

    private Value notAValue(Ast.Expr expr, String kind) {
        return wrongRole(
                expr.span(),
                Log.quote(expr.span()) + " is " + kind + ", and a value of the net is needed here",
                "name an input, a label or the result of a step");
    }

    private Value wrongRole(Span span, String message, String fix) {
        log.add(Diagnostic.error(Code.WRONG_ROLE, span, message).fix(fix));
        return Value.UNKNOWN;
    }

    private Value read(Ast.Name name) {
        Entry entry = scope.find(name.text());
        return switch (entry) {
            case Entry.Computed c -> c.value();
            case Entry.Term t ->
                wrongRole(
                        name.span(),
                        "`" + name.text() + "` is a " + t.kind() + ", and a value of the net is needed here",
                        "use a value that a layer computes");
            case Entry.Constant c ->
                wrongRole(
                        name.span(),
                        "`" + name.text() + "` is a parameter, and a value of the net is needed here",
                        "name an input, a label or the result of a step");
            case null -> unknown(name);
        };
    }

    private Value unknown(Ast.Name name) {
        Span later = declaredLater.get(name.text());
        if (later != null && later.start() > name.span().start()) {
            log.add(Diagnostic.error(
                            Code.USED_BEFORE, name.span(), "`" + name.text() + "` is used before it is declared")
                    .related(later, "declared here")
                    .fix("move this statement below the declaration"));
        } else if (callables.isKnown(name.text())) {
            return wrongRole(
                    name.span(),
                    "`" + name.text() + "` is no value, and a value of the net is needed here",
                    "give it one to work on: `image -> " + name.text() + "`");
        } else {
            log.unknown(Code.UNKNOWN_NAME, name, "value or label", "values and labels", scope.values());
        }
        return Value.UNKNOWN;
    }

    private Value member(Ast.Member m) {
        Entry entry = entry(m);
        if (entry instanceof Entry.Computed c) {
            return c.value();
        }
        if (entry == null && !log.isUnsure()) {
            Set<String> inner = entry(m.target()) instanceof Entry.Computed c && c.inner() != null
                    ? c.inner().ownNames()
                    : Set.of();
            log.add(Diagnostic.error(Code.UNKNOWN_NAME, m.span(), "there is no value " + Log.quote(m.span()))
                    .fix(
                            inner.isEmpty()
                                    ? Log.quote(m.target().span()) + " has no labels within"
                                    : "the labels within "
                                            + Log.quote(m.target().span()) + " are " + Log.list(inner)));
        }
        return Value.UNKNOWN;
    }

    private @Nullable Entry entry(Ast.Expr expr) {
        return switch (expr) {
            case Ast.Ref r -> scope.find(r.name().text());
            case Ast.Member m ->
                entry(m.target()) instanceof Entry.Computed c && c.inner() != null
                        ? c.inner().own(m.member().text())
                        : null;
            default -> null;
        };
    }

    // ---- chains

    /** Lowers a chain whose first step gets {@code incoming}; the last has a role, and a path unless it has a label. */
    private Value chain(Ast.Chain chain, @Nullable Value incoming, Role role, Ast.@Nullable Name path) {
        List<Ast.Step> steps = chain.steps();
        Value current = incoming;
        for (int i = 0; i < steps.size(); i++) {
            boolean last = i == steps.size() - 1;
            current = step(steps.get(i), current, i == 0, last ? role : Role.LAYER, last ? path : null);
        }
        return current == null ? Value.UNKNOWN : current;
    }

    private Value step(Ast.Step step, @Nullable Value incoming, boolean head, Role role, Ast.@Nullable Name path) {
        Ast.Name label = step.label();
        Ast.Name segment = label == null ? path : label;
        Scope inner = step.what() instanceof Ast.Group && label != null ? scope.within(label) : null;
        Value result = switch (step.what()) {
            case Ast.OutputStep o -> output(o.name(), incoming == null ? Value.UNKNOWN : incoming);
            case Ast.Group g -> group(g, incoming, inner);
            case Ast.Repeat r -> unsupported(r.span(), "`repeat`", "write the steps out");
            case Ast.For f -> unsupported(f.span(), "`for`", "write the steps out");
            case Ast.If i -> unsupported(i.span(), "`if`", "write the branch that you need");
            case Ast.Expr e -> action(e, incoming, head, role, segment);
        };
        if (label != null) {
            scope.declare(label, new Entry.Computed(result, inner, label.span()));
        }
        return result;
    }

    private Value group(Ast.Group group, @Nullable Value incoming, @Nullable Scope inner) {
        Scope outer = scope;
        scope = inner == null ? outer : inner;
        Value result = chain(group.body(), incoming, Role.LAYER, null);
        scope = outer;
        return result;
    }

    private Value action(Ast.Expr e, @Nullable Value incoming, boolean head, Role role, Ast.@Nullable Name segment) {
        boolean startsHere = head && !(e instanceof Ast.Call) && !(e instanceof Ast.Merge);
        return switch (e) {
            case Ast.Ref r
            when !head || isLayer(r.name(), incoming) -> layer(r.name(), List.of(), incoming, role, segment, r.span());
            case Ast.Call c -> layer(c.callee(), c.args(), incoming, role, segment, c.span());
            case Ast.Member m
            when !head ->
                wrongRole(
                        m.span(),
                        Log.quote(m.span()) + " is a value, and a layer is needed here",
                        "begin a chain with it: " + Log.quote(m.span()));
            default -> named(e, segment != null && startsHere, segment);
        };
    }

    /** A value at the head of a chain; a label there is another name of it. */
    private Value named(Ast.Expr e, boolean labelled, Ast.@Nullable Name label) {
        if (labelled && label != null) {
            scope.label(label);
        }
        return value(e);
    }

    private boolean isLayer(Ast.Name name, @Nullable Value incoming) {
        return scope.find(name.text()) == null
                && (callables.isKnown(name.text()) || (incoming != null && !declaredLater.containsKey(name.text())));
    }

    private Value layer(
            Ast.Name callee,
            List<Ast.Arg> args,
            @Nullable Value incoming,
            Role role,
            Ast.@Nullable Name segment,
            Span span) {
        OpSpec<?> spec = callables.find(callee, role, scope);
        String path = segment == null ? null : scope.label(segment);
        if (spec == null) {
            return Value.UNKNOWN;
        }
        String unique = path == null ? scope.next(spec.name(), span) : path;
        return layers.lower(new LayerLowering.Use(spec, args, incoming, unique, span), scope, this::value);
    }

    // ---- outputs

    /** Names an output of the net; the value itself. */
    Value output(Ast.Name name, Value value) {
        if (value.isLabel()) {
            log.add(Diagnostic.error(
                            Code.LABEL_AS_INPUT,
                            name.span(),
                            "the output `" + name.text() + "` is a label, which is not there when the net is used")
                    .fix("output a value that a layer computes"));
            return Value.UNKNOWN;
        }
        root.declare(name, new Entry.Computed(value, null, name.span()));
        if (value.isKnown()) {
            net.result(new Graph.Result(Graph.Kind.OUTPUT, name.text(), value.node(), new Origin.Source(name.span())));
        }
        return value;
    }
}
