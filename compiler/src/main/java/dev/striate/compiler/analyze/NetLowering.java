package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Operation;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the statements of a net into a graph, in order. */
final class NetLowering {
    private final Ast.Net net;
    private final Log log;
    private final Scope scope;
    private final NetBuilder builder = new NetBuilder();
    private final ChainLowering chains;
    private final List<Ast.Assert> contracts = new ArrayList<>();

    private NetLowering(Ast.Net net, FileNames file, Diagnostics diagnostics) {
        this.net = net;
        this.log = new Log(diagnostics, net.damaged() || !file.complete());
        this.scope = Scope.of(log);
        this.chains = new ChainLowering(builder, scope, file, Declared.in(net.body()), log);
    }

    /** The graph of {@code net}, when there is no error in it. */
    static Optional<Graph> lower(Ast.Net net, FileNames file, Diagnostics diagnostics) {
        NetLowering lowering = new NetLowering(net, file, diagnostics);
        new NetParams(lowering.scope, lowering.log).declare(net);
        net.body().forEach(lowering::statement);
        return lowering.finish();
    }

    private Optional<Graph> finish() {
        Graph graph = builder.graph(net.name().text());
        if (!log.isUnsure()) {
            checkWhole();
        }
        boolean sound = !log.hasFailed() && !log.isUnsure();
        if (sound) {
            Trainable.check(graph, log);
        }
        Graph sized = sound ? Sizing.check(graph, net.name(), log) : graph;
        contracts.forEach(c -> new Contracts(graph, sound, scope, chains, log).check(c));
        return log.hasFailed() ? Optional.empty() : Optional.of(sized);
    }

    /** Whether what every net has is there. */
    private void checkWhole() {
        boolean computes = builder.graph("").nodes().stream().anyMatch(n -> n.operation() instanceof Op);
        if (!computes && !log.hasFailed()) {
            log.add(Diagnostic.error(
                            Code.NO_LAYERS,
                            net.name().span(),
                            "the net `" + net.name().text() + "` has no layers")
                    .fix("write a chain: `image -> conv(8, 3x3) -> relu -> output y`"));
        } else if (!Declared.hasOutput(net.body())) {
            log.add(Diagnostic.error(
                            Code.NO_OUTPUT,
                            net.name().span(),
                            "the net `" + net.name().text() + "` has no output")
                    .fix("end its chain with `-> output logits`"));
        }
    }

    // ---- statements

    private void statement(Ast.Stmt statement) {
        switch (statement) {
            case Ast.Input i -> input(i);
            case Ast.Label l -> label(l);
            case Ast.Let l -> let(l);
            case Ast.Output o -> chains.output(o.name(), chains.value(o.value()));
            case Ast.ChainStmt c -> chains.value(c.chain());
            case Ast.Loss l -> term(l.name(), l.value(), Role.LOSS, Graph.Kind.LOSS);
            case Ast.Metric m -> term(m.name(), m.value(), Role.METRIC, Graph.Kind.METRIC);
            case Ast.Assert a -> contracts.add(a);
            case Ast.Learned l -> later(l.span(), l.name(), "`param`", "use a layer that owns its parameters");
            case Ast.Shared s -> later(s.span(), s.name(), "`shared`", "write the layers out");
            case Ast.Defaults d -> later(d.span(), null, "`defaults`", "give the arguments at each layer");
            case Ast.When w -> later(w.span(), null, "`when`", "leave it out; `dropout` acts in training only");
            case Ast.Objective o ->
                later(o.span(), null, "`objective`", "declare one loss: it is the objective by itself");
        }
    }

    private void later(Span span, Ast.@Nullable Name name, String what, String fix) {
        log.unsupported(span, what, fix);
        if (name != null) {
            scope.declare(name, new Entry.Computed(Value.UNKNOWN, null, name.span()));
        }
    }

    private void input(Ast.Input input) {
        if (input.source() != null) {
            log.unsupported(input.source().span(), "an input with a source of its own", "declare a plain input");
        }
        TensorType type = new TypeReader(scope, builder, log).input(input);
        source(input.name(), input.type(), type, new Source.Input(), input.span());
    }

    private void label(Ast.Label label) {
        TensorType type = new TypeReader(scope, builder, log).label(label);
        source(label.name(), label.type(), type, new Source.Label(), label.span());
    }

    private void source(Ast.Name name, Ast.Type written, @Nullable TensorType type, Operation source, Span span) {
        String path = scope.label(name);
        Value value = type == null
                ? Value.UNKNOWN
                : new Value(builder.add(new Node(source, List.of(), type, path, new Origin.Source(span)), written));
        scope.declare(name, new Entry.Computed(value, null, name.span()));
    }

    private void let(Ast.Let let) {
        if (let.names().size() > 1) {
            log.unsupported(let.span(), "`let` with several names", "write a `let` for each");
        }
        Value value = let.names().size() > 1 ? Value.UNKNOWN : chains.value(let.value());
        let.names().forEach(n -> scope.declare(n, new Entry.Computed(value, null, n.span())));
    }

    private void term(Ast.Name name, Ast.Expr expr, Role role, Graph.Kind kind) {
        Value value = chains.term(expr, role, name);
        scope.declare(name, new Entry.Term(role.word(), name.span()));
        if (value.isKnown() && value.node().operation() instanceof Op) {
            builder.result(new Graph.Result(kind, name.text(), value.node(), new Origin.Source(name.span())));
        }
    }
}
