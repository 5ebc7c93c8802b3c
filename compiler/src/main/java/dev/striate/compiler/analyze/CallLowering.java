package dev.striate.compiler.analyze;

import dev.striate.compiler.analyze.ChainLowering.Outcome;
import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.Ops;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls whatever a name means: a layer of the language, a block, a shared layer, a layer passed as an argument. */
final class CallLowering {
    /**
     * One use of a layer or block.
     *
     * @param callee its name
     * @param args the arguments
     * @param incoming what comes in along the chain; null when the first arguments are meant
     * @param path the path of the use
     * @param span what was written
     */
    record Use(
            Ast.Name callee, List<Ast.Arg> args, @Nullable Value incoming, String path, Span span) {}

    private final Lowering parts;
    private final Log log;
    private final Callables callables;
    private final LayerLowering layers;
    private final SplitLowering splits;
    private final PenaltyLowering penalties;

    CallLowering(Lowering parts) {
        this.parts = parts;
        this.log = parts.log();
        this.callables = new Callables(log);
        this.layers = new LayerLowering(parts);
        this.splits = new SplitLowering(this, log);
        this.penalties = new PenaltyLowering(parts);
    }

    /** Whether {@code name} can be called anywhere in a file, as an operator, net or block. */
    boolean isKnown(String name, Frame frame) {
        return callables.isKnown(name, frame.scope().file());
    }

    /** The path of an operation that is written out for the second or a later use of shared weights. */
    static String used(String path, Frame frame) {
        return frame.place().use() > 1 ? path + "@" + frame.place().use() : path;
    }

    /** What the use gives. {@code term} is what it declares, when it stands behind {@code loss name =}. */
    Outcome call(Use use, Frame frame, @Nullable Term term) {
        String name = use.callee().text();
        Entry entry = frame.scope().find(name);
        if (entry instanceof Entry.Shared shared) {
            return shared(shared.sharing(), use, frame);
        }
        if (entry instanceof Entry.Constant(Const.Operation operation, Span span)) {
            return passed(operation, use, frame);
        }
        if (entry instanceof Entry.Constant c && c.isUnknown()) {
            return Outcome.of(Value.unknown());
        }
        // Values do not hide layers: a label may be called like the layer that it is.
        FileNames.Target target = frame.scope().file().find(name);
        if (target != null && !(target.decl() instanceof Ast.Net && Callables.isWritable(name))) {
            return parts.bodies().call(target, use, frame);
        }
        if (name.equals("identity") && use.args().isEmpty()) {
            return Outcome.of(parts.chains().given(use.incoming(), use.span()));
        }
        if (name.equals("split")) {
            return Outcome.of(splits.split(use, frame));
        }
        if (PenaltyLowering.isPenalty(name)) {
            return Outcome.of(penalties.lower(use, frame));
        }
        OpSpec<?> spec = callables.find(use.callee(), term, frame);
        return Outcome.of(spec == null ? Value.unknown() : layers.lower(spec, use, frame));
    }

    /** The operator of a name, which the language may not be able to write, on values that are given. */
    Value apply(String operator, List<Value> operands, Span span, Frame frame, String path) {
        OpSpec<?> spec = Ops.byName(operator).orElseThrow();
        Value incoming = Value.of(operands);
        return layers.lower(spec, new Use(new Ast.Name(operator, span), List.of(), incoming, path, span), frame);
    }

    /** The operator of a name with arguments, on what comes in. */
    Value apply(String operator, Value incoming, List<Ast.Arg> args, Span span, Frame frame, String path) {
        OpSpec<?> spec = Ops.byName(operator).orElseThrow();
        return layers.lower(spec, new Use(new Ast.Name(operator, span), args, incoming, path, span), frame);
    }

    LayerLowering layers() {
        return layers;
    }

    // ---- what has weights or names of its own

    /** Parameters were given where it was declared, so that all arguments here are values. */
    private Outcome shared(Sharing sharing, Use use, Frame frame) {
        List<Value> values = new ArrayList<>();
        if (use.incoming() != null) {
            values.addAll(use.incoming().parts());
        }
        for (Ast.Arg arg : use.args()) {
            if (arg.name() != null) {
                noArguments(use, "a shared layer, which was given its arguments where it is declared");
                return Outcome.of(Value.unknown());
            }
            values.addAll(parts.expressions().value(arg.value(), frame).parts());
        }
        Value incoming = values.isEmpty() ? null : Value.of(values);
        Ast.Call call = sharing.call();
        Place place = new Place(sharing.path() + ".", frame.place().segments(), null, sharing.next());
        Frame at = new Frame(sharing.declared().scope(), place, frame.body(), frame.terms(), frame.loop());
        return call(new Use(call.callee(), call.args(), incoming, sharing.path(), use.span()), at, null);
    }

    private Outcome passed(Const.Operation operation, Use use, Frame frame) {
        noArguments(use, "a layer that was passed with its arguments");
        Frame written = operation.frame();
        Ast.Expr expr = operation.expr();
        Place place = frame.place().within(use.path(), parts.segments(expr));
        Frame at = new Frame(written.scope(), place, frame.body(), frame.terms(), frame.loop());
        Value incoming = parts.chains().given(use.incoming(), use.span());
        return switch (expr) {
            case Ast.Ref r -> call(new Use(r.name(), List.of(), incoming, use.path(), r.span()), at, null);
            case Ast.Call c -> call(new Use(c.callee(), c.args(), incoming, use.path(), c.span()), at, null);
            case Ast.Merge m -> Outcome.of(parts.merges().merge(m, incoming, use.path(), at));
            case Ast.Chain c -> Outcome.of(parts.chains().chain(c, incoming, at));
            default -> Outcome.of(Value.unknown()); // reported where it was passed
        };
    }

    private void noArguments(Use use, String what) {
        if (!use.args().isEmpty()) {
            log.add(Diagnostic.error(
                            Code.UNKNOWN_ARGUMENT,
                            use.args().getFirst().span(),
                            "`" + use.callee().text() + "` is " + what)
                    .fix("remove the arguments"));
        }
    }
}
