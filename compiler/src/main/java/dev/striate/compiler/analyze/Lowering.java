package dev.striate.compiler.analyze;

import dev.striate.compiler.syntax.Ast;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The parts that turn one net into a graph. They call one another: a chain holds calls, a call of a block holds
 * statements, a statement holds chains.
 */
final class Lowering {
    private final Log log;
    private final NetBuilder net;
    private final ChainLowering chains;
    private final ExpressionLowering expressions;
    private final CallLowering calls;
    private final MergeLowering merges;
    private final BodyLowering bodies;
    private final IdentityHashMap<Object, Segments> segments = new IdentityHashMap<>();

    Lowering(Log log) {
        this.log = log;
        net = new NetBuilder(log);
        chains = new ChainLowering(this);
        expressions = new ExpressionLowering(this);
        calls = new CallLowering(this);
        merges = new MergeLowering(this);
        bodies = new BodyLowering(this);
    }

    Log log() {
        return log;
    }

    NetBuilder net() {
        return net;
    }

    ChainLowering chains() {
        return chains;
    }

    ExpressionLowering expressions() {
        return expressions;
    }

    CallLowering calls() {
        return calls;
    }

    MergeLowering merges() {
        return merges;
    }

    BodyLowering bodies() {
        return bodies;
    }

    /** The segments of a body; the same for every call of it. */
    Segments segments(List<Ast.Stmt> body) {
        return segments.computeIfAbsent(body, b -> Segments.of(body, log));
    }

    /** The segments of labelled braces, of a loop's body or of an argument; the same whenever it is written out. */
    Segments segments(Ast.StepKind inner) {
        return segments.computeIfAbsent(inner, i -> Segments.of(inner, log));
    }
}
