package dev.striate.compiler.analyze;

import dev.striate.compiler.analyze.Body.Kind;
import dev.striate.compiler.analyze.ChainLowering.Outcome;
import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls of blocks, and of nets used as blocks: every call writes the body out anew. */
final class BodyLowering {
    private static final int DEEPEST = 100;

    private final Lowering parts;
    private final Log log;
    private final StatementLowering statements;
    private final Deque<FileNames.Target> open = new ArrayDeque<>();
    private @Nullable Set<Span> checked;

    BodyLowering(Lowering parts) {
        this.parts = parts;
        this.log = parts.log();
        this.statements = new StatementLowering(parts);
    }

    /** The statements of bodies. */
    StatementLowering statements() {
        return statements;
    }

    /** Names an output of the body; the value itself. */
    Value output(Ast.Name name, Value value, Frame frame) {
        return statements.output(name, value, frame);
    }

    /** What a call gives. */
    Outcome call(FileNames.Target target, CallLowering.Use use, Frame caller) {
        if (!parts.net().step(use.span()) || isOpen(target, use.span())) {
            return Outcome.of(Value.unknown());
        }
        return switch (target.decl()) {
            case Ast.Block b -> block(b, target, use, caller);
            case Ast.Net n -> net(n, target, use, caller);
            case Ast.NetInstance i -> instance(i, target, use, caller);
            default -> throw new IllegalStateException(target + " cannot be called");
        };
    }

    private boolean isOpen(FileNames.Target target, Span call) {
        boolean within =
                open.stream().anyMatch(t -> t.name().span().equals(target.name().span()));
        if (within && !target.file().isCycleKnown(open)) {
            log.add(Diagnostic.error(
                            Code.RECURSION,
                            call,
                            "`" + target.name().text() + "` is called within itself, which would have no end")
                    .related(target.name().span(), "declared here")
                    .fix("for a recurrence, declare `shared cell = …` and write `repeat 10 { cell }`"));
        } else if (open.size() >= DEEPEST) {
            log.add(Diagnostic.error(
                            Code.TOO_MANY_STEPS,
                            call,
                            "blocks are called within blocks more than " + DEEPEST + " deep here")
                    .fix("use loops: `repeat 10 { … }`"));
            return true;
        }
        if (within) {
            log.loseTrack();
        }
        return within;
    }

    /**
     * Looks for errors in a block whose values and parameters are not known, and in those that it calls, unless they were
     * {@code checked}.
     */
    void check(Ast.Block block, FileNames.Target target, CallLowering.Use use, Frame caller, Set<Span> alreadyChecked) {
        checked = alreadyChecked;
        if (!alreadyChecked.add(block.name().span())) {
            return;
        }
        open.push(target);
        Scope scope = Scope.of(target.file(), log);
        Frame frame = frame(Kind.BLOCK, block.name(), block.body(), Map.of(), scope, use, caller);
        fileDefaults(target, frame);
        for (Ast.Param param : block.params()) {
            if (param.type() == null) {
                scope.declare(
                        param.name(),
                        new Entry.Computed(Value.unknown(), null, param.name().span()));
            } else {
                new Parameters(log).declare(param, null, null, frame, frame, () -> {});
            }
        }
        finish(block.body(), frame, block.name(), block.damaged());
        open.pop();
    }

    private Outcome block(Ast.Block block, FileNames.Target target, CallLowering.Use use, Frame caller) {
        List<Ast.Name> values = new ArrayList<>();
        List<Ast.Param> typed = new ArrayList<>();
        for (Ast.Param param : block.params()) {
            if (param.type() == null && param.defaultValue() == null && typed.isEmpty()) {
                values.add(param.name());
            } else {
                typed.add(param);
            }
        }
        Scope scope = Scope.of(target.file(), log);
        Map<String, Value> given = new HashMap<>();
        Frame frame = frame(Kind.BLOCK, block.name(), block.body(), given, scope, use, caller);
        fileDefaults(target, frame);
        bind(values, typed, given, use, frame, caller);
        values.forEach(v ->
                scope.declare(v, new Entry.Computed(given.getOrDefault(v.text(), Value.unknown()), null, v.span())));
        return entered(block.body(), target, block.damaged(), use, frame);
    }

    private Outcome net(Ast.Net net, FileNames.Target target, CallLowering.Use use, Frame caller) {
        List<Ast.Name> inputs = new ArrayList<>();
        for (Ast.Stmt statement : net.body()) {
            if (statement instanceof Ast.Input input) {
                inputs.add(input.name());
            }
        }
        Map<String, Value> given = new HashMap<>();
        Frame frame = frame(Kind.CALLED_NET, net.name(), net.body(), given, Scope.of(target.file(), log), use, caller);
        fileDefaults(target, frame);
        bind(inputs, net.params(), given, use, frame, caller);
        return entered(net.body(), target, net.damaged(), use, frame);
    }

    /** A named instance gets only values from its caller; its arguments stand where it is declared. */
    private Outcome instance(Ast.NetInstance instance, FileNames.Target target, CallLowering.Use use, Frame caller) {
        FileNames.Target other = target.file().find(instance.net().callee().text());
        Value incoming = use.incoming();
        if (incoming == null) {
            incoming = Value.of(use.args().stream()
                    .map(a -> parts.expressions().value(a.value(), caller))
                    .toList());
        }
        if (other == null || other.decl() instanceof Ast.Block) {
            log.loseTrack(); // reported where it is declared
            return Outcome.of(Value.unknown());
        }
        CallLowering.Use inner =
                new CallLowering.Use(instance.net().callee(), instance.net().args(), incoming, use.path(), use.span());
        return call(other, inner, caller.in(Scope.of(target.file(), log)));
    }

    private Frame frame(
            Kind kind,
            Ast.Name name,
            List<Ast.Stmt> body,
            Map<String, Value> given,
            Scope scope,
            CallLowering.Use use,
            Frame caller) {
        Place place = caller.place().within(use.path(), parts.segments(body));
        return new Frame(scope, place, new Body(name, kind, body, given, scope), true, false);
    }

    /** Puts the defaults of the file that stand before the declaration in force. */
    void fileDefaults(FileNames.Target target, Frame frame) {
        target.file().defaultsBefore(target.decl()).forEach(d -> statements.defaults(d, frame));
    }

    /** Binds values, which come in or are the first arguments, and then the parameters with a type. */
    private void bind(
            List<Ast.Name> values,
            List<Ast.Param> typed,
            Map<String, Value> given,
            CallLowering.Use use,
            Frame callee,
            Frame caller) {
        String name = use.callee().text();
        List<Value> incoming =
                use.incoming() == null ? List.of() : use.incoming().parts();
        if (incoming.size() > values.size()) {
            log.add(Diagnostic.error(
                            Code.VALUE_COUNT,
                            use.span(),
                            incoming.size() + (incoming.size() == 1 ? " value comes" : " values come") + " in, and `"
                                    + name + "` takes " + (values.isEmpty() ? "none" : values.size()))
                    .related(callee.body().name().span(), "declared here")
                    .fix("parameters without a type are values: `block " + name + "(x, …)`"));
        }
        int count = Math.min(incoming.size(), values.size());
        for (int i = 0; i < count; i++) {
            given.put(values.get(i).text(), incoming.get(i));
        }
        List<String> names = new ArrayList<>();
        values.stream().skip(count).forEach(v -> names.add(v.text()));
        typed.forEach(p -> names.add(p.name().text()));
        Map<String, Ast.Arg> bound = ArgumentBinder.bind(name, names, use.args(), log);
        for (Ast.Name value : values.subList(count, values.size())) {
            Ast.Arg arg = bound.get(value.text());
            if (arg == null) {
                ArgumentBinder.missing(name, use.span(), value.text(), "a value", log);
            }
            given.put(
                    value.text(),
                    arg == null ? Value.unknown() : parts.expressions().value(arg.value(), caller));
        }
        for (Ast.Param param : typed) {
            declare(param, bound.get(param.name().text()), use, callee, caller);
        }
    }

    private void declare(Ast.Param param, Ast.@Nullable Arg arg, CallLowering.Use use, Frame callee, Frame caller) {
        String name = use.callee().text();
        Scope.Given standard =
                arg == null ? caller.scope().defaultOf(name, param.name().text()) : null;
        Frame from = standard == null ? caller : standard.frame();
        Ast.Arg given = standard == null ? arg : standard.arg();
        new Parameters(log)
                .declare(
                        param,
                        from.scope(),
                        given == null ? null : given.value(),
                        callee,
                        from,
                        () -> ArgumentBinder.missing(
                                name,
                                use.span(),
                                param.name().text(),
                                param.type() == null
                                        ? "a value"
                                        : "of type " + param.type().name().text(),
                                log));
    }

    /** Writes the statements out; their errors name the call. */
    private Outcome entered(
            List<Ast.Stmt> body, FileNames.Target target, boolean damaged, CallLowering.Use use, Frame frame) {
        if (checked != null && !checked.add(target.name().span())) {
            return new Outcome(Value.unknown(), frame.scope());
        }
        open.push(target);
        parts.net()
                .enter(new Origin.Call(
                        new Origin.Declaration(
                                target.name().text(),
                                doc(target.decl()),
                                target.name().span()),
                        use.path(),
                        use.span(),
                        parts.net().call()));
        Outcome outcome = finish(body, frame, target.name(), damaged);
        parts.net().leave();
        open.pop();
        return outcome;
    }

    private Outcome finish(List<Ast.Stmt> body, Frame frame, Ast.Name name, boolean damaged) {
        body.forEach(s -> statements.statement(s, frame));
        Value result = frame.body().result();
        if (result == null) {
            if (!damaged && !log.isUnsure()) {
                log.add(Diagnostic.error(Code.NO_RESULT, name.span(), "nothing comes out of `" + name.text() + "`")
                        .fix("end it with a chain, such as `x -> relu`, or name an `output`"));
            }
            log.loseTrack();
            result = Value.unknown();
        }
        return new Outcome(result, frame.scope());
    }

    private static @Nullable String doc(Ast.Decl decl) {
        return switch (decl) {
            case Ast.Block block -> block.doc();
            case Ast.Net net -> net.doc();
            case Ast.NetInstance instance -> instance.doc();
            case Ast.Train recipe -> recipe.doc();
            case Ast.FileDefaults defaults -> null;
        };
    }
}
