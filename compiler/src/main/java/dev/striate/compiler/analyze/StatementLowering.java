package dev.striate.compiler.analyze;

import dev.striate.compiler.analyze.Body.Kind;
import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Phase;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Operation;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Attr;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.Ops;
import dev.striate.compiler.op.Signatures.Owned;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.init.Init;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements of nets and blocks, in order. */
final class StatementLowering {
    /** An objective, which is looked at when all parameters are there. */
    record Deferred(Ast.Objective objective, Frame frame, Phase phase) {}

    private static final Attr INIT =
            Attr.optional("init", Attr.Kind.INIT, Init.constant(0), "the first values of a learned tensor");

    private final Lowering parts;
    private final Log log;
    private final List<Ast.Assert> contracts = new ArrayList<>();
    private final List<Deferred> objectives = new ArrayList<>();

    StatementLowering(Lowering parts) {
        this.parts = parts;
        this.log = parts.log();
    }

    /** The contracts of the net. */
    List<Ast.Assert> contracts() {
        return contracts;
    }

    /** The objectives of the net. */
    List<Deferred> objectives() {
        return objectives;
    }

    /** One statement. */
    void statement(Ast.Stmt statement, Frame frame) {
        boolean net = frame.body().kind() == Kind.NET;
        switch (statement) {
            case Ast.Let l -> let(l, frame);
            case Ast.Output o -> output(o.name(), parts.expressions().value(o.value(), frame), frame);
            case Ast.ChainStmt c -> frame.body().last(parts.chains().chain(c.chain(), null, frame));
            case Ast.Learned l -> learned(l, frame);
            case Ast.Shared s -> shared(s, frame);
            case Ast.Defaults d -> defaults(d, frame);
            case Ast.When w -> when(w, frame);
            case Ast.Input i when net -> input(i, frame);
            case Ast.Input i when frame.body().kind() == Kind.CALLED_NET -> called(i, frame);
            case Ast.Input i ->
                misplaced(i.span(), "an input", "make it a parameter without a type: `block B(x)`", frame);
            case Ast.Label l when net -> label(l, frame);
            case Ast.Label l ->
                misplaced(l.span(), "a label", "make it a parameter without a type: `block B(x)`", frame);
            case Ast.Loss l when net -> term(l.name(), l.value(), Role.LOSS, Graph.Kind.LOSS, frame);
            case Ast.Loss l -> misplaced(l.span(), "a loss", "give it as an output: `output total = …`", frame);
            case Ast.Metric m when net -> term(m.name(), m.value(), Role.METRIC, Graph.Kind.METRIC, frame);
            case Ast.Metric m -> misplaced(m.span(), "a metric", "give it as an output: `output acc = …`", frame);
            case Ast.Objective o
            when net -> objectives.add(new Deferred(o, frame, parts.net().phase()));
            case Ast.Objective o -> misplaced(o.span(), "an objective", "write it in the net", frame);
            case Ast.Assert a when net -> contracts.add(a);
            case Ast.Assert a -> misplaced(a.span(), "a contract", "write it in the net", frame);
        }
    }

    /** What belongs to nets alone is left out of a net that is called as a block, and is an error in a block. */
    private void misplaced(Span span, String what, String fix, Frame frame) {
        if (frame.body().kind() == Kind.BLOCK) {
            log.add(Diagnostic.error(Code.MISPLACED, span, what + " belongs to a net, and this is a block")
                    .fix(fix));
        }
    }

    // ---- what comes in

    private void input(Ast.Input input, Frame frame) {
        TensorType type = new TypeReader(frame.scope(), parts.net(), log).input(input);
        Ast.Call source = input.source();
        if (source == null) {
            source(input.name(), input.type(), type, new Source.Input(), input.span(), frame);
        } else {
            Value value = type == null ? Value.unknown() : drawn(input, source, type, frame);
            frame.scope().declare(input.name(), computed(value, input.name()));
        }
    }

    /** An input with a source of its own, such as noise: nobody sets it, it is computed anew in every run. */
    private Value drawn(Ast.Input input, Ast.Call source, TensorType type, Frame frame) {
        List<String> sources = Ops.ALL.stream()
                .filter(s -> s.operands().isEmpty() && s.category() == OpSpec.Category.LAYER)
                .map(OpSpec::name)
                .toList();
        String name = source.callee().text();
        if (!sources.contains(name)) {
            log.unknown(Code.UNKNOWN_LAYER, source.callee(), "source of an input", "sources", sources);
            return Value.unknown();
        }
        return parts.calls()
                .layers()
                .source(
                        Ops.byName(name).orElseThrow(),
                        source,
                        type.shape(),
                        frame.place().path(input.name()),
                        frame);
    }

    private void label(Ast.Label label, Frame frame) {
        TensorType type = new TypeReader(frame.scope(), parts.net(), log).label(label);
        source(label.name(), label.type(), type, new Source.Label(), label.span(), frame);
    }

    private void source(
            Ast.Name name, Ast.Type written, @Nullable TensorType type, Operation source, Span span, Frame frame) {
        Value value = Value.unknown();
        if (type != null) {
            Node node = new Node(
                    source,
                    List.of(),
                    type,
                    frame.place().path(name),
                    parts.net().origin(span));
            value = Value.of(parts.net().add(node, written));
        }
        frame.scope().declare(name, computed(value, name));
    }

    /** An input of a net that is called as a block: what it is given must have the shape that it declares. */
    private void called(Ast.Input input, Frame frame) {
        Value value = frame.body().input(input.name().text());
        if (value instanceof Value.One one) {
            value = CalledInput.fits(input, one.node(), frame, log) ? value : Value.unknown();
        }
        frame.scope().declare(input.name(), computed(value, input.name()));
    }

    private static Entry computed(Value value, Ast.Name name) {
        return new Entry.Computed(value, null, name.span());
    }

    // ---- what is computed

    private void let(Ast.Let let, Frame frame) {
        Value value = parts.expressions().value(let.value(), frame.forTerms());
        List<Ast.Name> names = let.names();
        if (names.size() == 1) {
            frame.scope().declare(names.getFirst(), computed(value, names.getFirst()));
            return;
        }
        List<Value> all = value.parts();
        boolean fits = all.size() == names.size();
        if (!fits && value.isKnown()) {
            log.add(Diagnostic.error(
                            Code.VALUE_COUNT,
                            let.span(),
                            names.size() + " names are given, and there "
                                    + (all.size() == 1 ? "is one value" : "are " + all.size() + " values"))
                    .fix("name as many as there are"));
        }
        for (int i = 0; i < names.size(); i++) {
            frame.scope().declare(names.get(i), computed(fits ? all.get(i) : Value.unknown(), names.get(i)));
        }
    }

    /** Names an output of the body; the value itself. */
    Value output(Ast.Name name, Value value, Frame frame) {
        if (frame.loop()) {
            log.add(Diagnostic.error(
                            Code.MISPLACED,
                            name.span(),
                            "the output `" + name.text() + "` stands in a loop and would be there several times")
                    .fix("name it behind the loop"));
            return Value.unknown();
        }
        Value checked = frame.body().kind() == Kind.NET ? netOutput(name, value) : value;
        frame.body().output(name.text(), checked);
        frame.body().names().declare(name, computed(checked, name));
        return checked;
    }

    private Value netOutput(Ast.Name name, Value value) {
        if (value instanceof Value.Many many && many.isKnown()) {
            log.add(Diagnostic.error(
                            Code.VALUE_COUNT,
                            name.span(),
                            "the output `" + name.text() + "` is one value, and there are "
                                    + many.parts().size())
                    .fix("name them first, `let a, b = …`, and output each"));
            return Value.unknown();
        }
        if (!(value instanceof Value.One one)) {
            return Value.unknown();
        }
        if (parts.net().needsLabel(one.node())) {
            log.add(Diagnostic.error(
                            Code.LABEL_AS_INPUT,
                            name.span(),
                            "the output `" + name.text() + "` is a label"
                                    + (value.isLabel() ? "" : " or follows from one")
                                    + ", which is not there when the net is used")
                    .fix("output a value that a layer computes"));
            return Value.unknown();
        }
        parts.net().result(Graph.Kind.OUTPUT, name.text(), one.node(), name.span());
        return value;
    }

    private void term(Ast.Name name, Ast.Expr expr, Role role, Graph.Kind kind, Frame frame) {
        Value value = parts.expressions().term(expr, new Term(role, name), frame);
        if (value instanceof Value.One one) {
            boolean table = one.node().operation() instanceof Op op && op.spec().category() == OpSpec.Category.METRIC;
            if (one.node().shape().rank() == 0 || table) {
                parts.net().result(kind, name.text(), one.node(), name.span());
            } else {
                log.add(Diagnostic.error(
                                Code.WRONG_ROLE,
                                expr.span(),
                                Log.quote(expr.span()) + " is a value, and a " + role.word() + " is needed here")
                        .fix("the " + role.plural() + " are " + Log.list(role.names())));
                value = Value.unknown();
            }
        }
        frame.scope().declare(name, new Entry.Term("a " + role.word(), value, name.span()));
    }

    // ---- what has weights

    private void learned(Ast.Learned learned, Frame frame) {
        Value value = Value.unknown();
        ArgumentValues values = new ArgumentValues(frame.scope(), log);
        List<Integer> sizes = new ArrayList<>();
        for (Ast.Expr dim : learned.type().dims()) {
            Integer size = values.integer(
                    "a dimension of `" + learned.name().text() + "`", "a whole number of at least 1", 1, dim);
            if (size != null) {
                sizes.add(size);
            }
        }
        boolean complete = sizes.size() == learned.type().dims().size();
        if (!learned.type().name().text().equals("f32")) {
            log.add(Diagnostic.error(
                            Code.BAD_TYPE,
                            learned.type().span(),
                            "a learned tensor is of floats: `f32[…]`, not "
                                    + Log.quote(learned.type().span()))
                    .fix("write `param " + learned.name().text() + ": f32[64]`"));
            complete = false;
        }
        Object init = learned.init() == null ? INIT.fallback() : values.convert("param", INIT, learned.init());
        if (complete && init instanceof Init first) {
            Shape shape = new Shape(sizes.stream().map(Dim::of).toList());
            Owned param = new Owned(learned.name().text(), new Source.Param(first), TensorType.f32(shape));
            Node node =
                    parts.calls().layers().learned(frame.place().path(learned.name()), param, learned.span(), frame);
            value = node == null ? Value.unknown() : Value.of(node);
        }
        frame.scope().declare(learned.name(), computed(value, learned.name()));
    }

    private void shared(Ast.Shared shared, Frame frame) {
        Sharing sharing = new Sharing(shared.block(), frame, frame.place().path(shared.name()));
        frame.scope()
                .declare(shared.name(), new Entry.Shared(sharing, shared.name().span()));
    }

    // ---- what is in force

    /** Puts defaults in force for what follows in the scope. */
    void defaults(Ast.Defaults defaults, Frame frame) {
        for (Ast.Call call : defaults.calls()) {
            List<String> known = arguments(call.callee(), frame);
            for (Ast.Arg arg : call.args()) {
                Ast.Name name = arg.name();
                if (known == null) {
                    continue;
                }
                if (name == null) {
                    log.add(Diagnostic.error(
                                    Code.UNKNOWN_ARGUMENT, arg.span(), "a default is given by the name of its argument")
                            .fix("write `" + call.callee().text() + "(" + (known.isEmpty() ? "…" : known.getLast())
                                    + "=…)`"));
                } else if (!known.contains(name.text())) {
                    log.add(Diagnostic.error(
                                    Code.UNKNOWN_ARGUMENT,
                                    name.span(),
                                    "`" + call.callee().text() + "` has no argument `" + name.text() + "`")
                            .fix(Log.didYouMean(name.text(), "arguments", known)));
                } else {
                    frame.scope().setDefault(call.callee().text(), new Scope.Given(arg, frame));
                }
            }
        }
    }

    /** The arguments of a layer or block that can have defaults; null after an error. */
    private @Nullable List<String> arguments(Ast.Name callee, Frame frame) {
        FileNames.Target target = frame.scope().file().find(callee.text());
        if (target != null) {
            List<Ast.Param> params = target.decl() instanceof Ast.Block b
                    ? b.params()
                    : target.decl() instanceof Ast.Net n ? n.params() : List.of();
            return params.stream()
                    .filter(p -> p.type() != null)
                    .map(p -> p.name().text())
                    .toList();
        }
        OpSpec<?> spec = Ops.byName(callee.text())
                .filter(s -> s.category() != OpSpec.Category.INTERNAL)
                .orElse(null);
        if (spec != null) {
            return spec.attrs().stream().map(Attr::name).toList();
        }
        if (!parts.calls().isKnown(callee.text(), frame)) {
            log.unknown(Code.UNKNOWN_LAYER, callee, "layer or block", "layers", Role.LAYER.names());
        }
        return null;
    }

    private void when(Ast.When when, Frame frame) {
        Phase phase = switch (when.phase().text()) {
            case "train" -> Phase.TRAIN;
            case "infer" -> Phase.INFER;
            default -> {
                log.add(Diagnostic.error(
                                Code.UNKNOWN_NAME,
                                when.phase().span(),
                                "there is no phase `" + when.phase().text() + "`")
                        .fix("the phases are `train` and `infer`"));
                yield Phase.ALWAYS;
            }
        };
        Phase before = parts.net().phase();
        if (before != Phase.ALWAYS && phase != Phase.ALWAYS) {
            log.add(Diagnostic.error(Code.MISPLACED, when.span(), "a phase within a phase")
                    .fix("write one `when` after the other"));
        }
        Scope inner = frame.scope().within();
        Scope names = frame.body().names(inner);
        parts.net().enter(phase);
        when.body().forEach(s -> statement(s, frame.in(inner)));
        parts.net().enter(before);
        frame.body().names(names);
    }
}
