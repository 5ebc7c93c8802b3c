package dev.striate.compiler.analyze;

import dev.striate.compiler.analyze.Body.Kind;
import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a net into a graph: its parameters, its statements in order, and then what concerns all of it. */
final class NetLowering {
    private final Ast.Name name;
    private final Ast.Net net;
    private final FileNames.Target target;
    private final Log log;
    private final Lowering parts;
    private final Frame frame;

    private NetLowering(Ast.Name name, Ast.Net net, FileNames.Target target, Log log) {
        this.name = name;
        this.net = net;
        this.target = target;
        this.log = log;
        parts = new Lowering(log);
        Scope scope = Scope.of(target.file(), log);
        Body body = new Body(net.name(), Kind.NET, net.body(), Map.of(), scope);
        frame = new Frame(scope, new Place("", parts.segments(net.body()), null, 0), body, false, false);
    }

    /** The graph of a net with its defaults, when there is no error in it. */
    static Optional<Graph> lower(FileNames.Target target, Ast.Net net, Log log) {
        NetLowering lowering = new NetLowering(net.name(), net, target, log);
        lowering.parameters(List.of(), null);
        return lowering.finish(true);
    }

    /** The graph of an instance of a net, whose arguments stand in the file of {@code instance}. */
    static Optional<Graph> lower(
            Ast.NetInstance instance, FileNames file, FileNames.Target target, Ast.Net net, Log log) {
        NetLowering lowering = new NetLowering(instance.name(), net, target, log);
        lowering.parameters(instance.net().args(), Scope.of(file, log));
        return lowering.finish(false);
    }

    /** Looks for errors in a block as such, unless it was {@code checked}: what it would be given is not known. */
    static void check(FileNames.Target target, Ast.Block block, Set<Span> checked, Log log) {
        NetLowering lowering = new NetLowering(block.name(), empty(block.name()), target, log);
        CallLowering.Use use = new CallLowering.Use(
                block.name(), List.of(), null, "block", block.name().span());
        lowering.parts.bodies().check(block, target, use, lowering.frame, checked);
    }

    /** Looks for errors in defaults of a file. */
    static void check(FileNames file, Ast.Defaults defaults, Log log) {
        Ast.Name name = new Ast.Name("defaults", defaults.span());
        FileNames.Target target = new FileNames.Target(name, empty(name), file);
        NetLowering lowering = new NetLowering(name, empty(name), target, log);
        lowering.parts.bodies().statements().defaults(defaults, lowering.frame);
    }

    private static Ast.Net empty(Ast.Name name) {
        return new Ast.Net(name, List.of(), List.of(), null, false, name.span());
    }

    private void parameters(List<Ast.Arg> args, @Nullable Scope caller) {
        parts.bodies().fileDefaults(target, frame);
        List<String> names = net.params().stream().map(p -> p.name().text()).toList();
        Map<String, Ast.Arg> bound = ArgumentBinder.bind(net.name().text(), names, args, log);
        for (Ast.Param param : net.params()) {
            Ast.Arg arg = bound.get(param.name().text());
            new Parameters(log)
                    .declare(param, caller, arg == null ? null : arg.value(), frame, frame, () -> noDefault(param));
        }
    }

    private void noDefault(Ast.Param param) {
        boolean bool = param.type() != null && param.type().name().text().equals("bool");
        log.add(Diagnostic.error(
                        Code.NO_DEFAULT,
                        param.span(),
                        "the parameter `" + param.name().text() + "` has no default")
                .fix("give it one, with which the net is compiled: `"
                        + param.span().text() + " = " + (bool ? "true" : "10") + "`"));
    }

    private Optional<Graph> finish(boolean withContracts) {
        net.body().forEach(s -> parts.bodies().statements().statement(s, frame));
        parts.net().complete();
        new Objectives(parts).declare(parts.bodies().statements().objectives());
        Graph graph = parts.net().graph(name.text());
        if (!log.isUnsure()) {
            checkWhole(graph);
        }
        boolean sound = !log.hasFailed() && !log.isUnsure();
        if (sound) {
            Trainable.check(graph, log);
        }
        Graph sized = sound ? Sizing.check(graph, net.name(), log) : graph;
        if (withContracts) {
            Contracts contracts = new Contracts(sized, sound, frame, parts);
            parts.bodies().statements().contracts().forEach(contracts::check);
        }
        return log.hasFailed() || log.isUnsure() ? Optional.empty() : Optional.of(sized);
    }

    /** Whether what every net has is there. */
    private void checkWhole(Graph graph) {
        boolean computes = graph.nodes().stream().anyMatch(n -> n.operation() instanceof Op);
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
}
