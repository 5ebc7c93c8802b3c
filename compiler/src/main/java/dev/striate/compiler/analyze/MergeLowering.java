package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Merges: branches that all take what comes in, and what becomes of their values. */
final class MergeLowering {
    private static final Set<String> OPERATORS = Set.of("add", "concat", "mul", "max", "mean");

    private final Lowering parts;
    private final Log log;

    MergeLowering(Lowering parts) {
        this.parts = parts;
        this.log = parts.log();
    }

    /** The value of a merge whose branches get {@code incoming}. */
    Value merge(Ast.Merge merge, @Nullable Value incoming, String path, Frame frame) {
        String name = merge.call().callee().text();
        if (name.equals("residual")) {
            return residual(merge, incoming, path, frame);
        }
        List<Value> branches = branches(merge.branches(), incoming, frame);
        if (!OPERATORS.contains(name) || frame.scope().file().find(name) != null) {
            log.add(Diagnostic.error(Code.WRONG_ROLE, merge.call().span(), "`" + name + "` takes no branches")
                    .fix("what merges branches is "
                            + Log.list(List.of("add", "concat", "mul", "max", "mean", "residual"))));
            return Value.unknown();
        }
        if (branches.isEmpty()) {
            log.add(Diagnostic.error(Code.EMPTY_LOOP, merge.span(), "`" + name + "` has no branches")
                    .fix("give `each` a list with elements"));
            return Value.unknown();
        }
        if (!branches.stream().allMatch(v -> single(v, merge.span()))) {
            return Value.unknown();
        }
        return branches.size() == 1
                ? branches.getFirst()
                : parts.calls()
                        .apply(
                                name,
                                Value.of(branches),
                                merge.call().args(),
                                merge.call().span(),
                                frame,
                                path);
    }

    private List<Value> branches(List<Ast.Branch> written, @Nullable Value incoming, Frame frame) {
        List<Value> values = new ArrayList<>();
        for (Ast.Branch branch : written) {
            switch (branch) {
                case Ast.Chain c -> values.add(parts.chains().chain(c, incoming, frame));
                case Ast.Each e -> values.addAll(parts.chains().each(e, incoming, frame));
            }
        }
        return values;
    }

    /** Whether a branch gives one value, which is what can be merged. */
    private boolean single(Value value, Span span) {
        if (value instanceof Value.Many many && many.isKnown()) {
            log.add(Diagnostic.error(
                            Code.VALUE_COUNT,
                            span,
                            "a branch gives " + many.parts().size() + " values, and a merge takes one of each")
                    .fix("name them before and merge one: `let a, b = …`"));
        }
        return value instanceof Value.One;
    }

    // ---- residual

    /** {@code add { body | identity }}, or a projection beside the body where the shapes differ. */
    private Value residual(Ast.Merge merge, @Nullable Value incoming, String path, Frame frame) {
        Map<String, Ast.Arg> bound =
                ArgumentBinder.bind("residual", List.of("project"), merge.call().args(), log);
        Ast.Arg project = bound.get("project");
        Value x = parts.chains().given(incoming, merge.call().span());
        List<Value> branches = branches(merge.branches(), x, frame);
        if (branches.size() != 1) {
            log.add(Diagnostic.error(
                            Code.VALUE_COUNT,
                            merge.call().span(),
                            "`residual` has one body, and " + branches.size() + " are given")
                    .fix("merge several with `add { … | … | identity }`"));
            return Value.unknown();
        }
        Value body = branches.getFirst();
        if (!single(body, merge.span()) || !single(x, merge.span())) {
            return Value.unknown();
        }
        boolean same = body.node().shape().equals(x.node().shape());
        if (project == null && !same) {
            return needsProjection(merge, x.node(), body.node());
        }
        Value beside = same || project == null ? x : projected(project, x, path, frame);
        return beside.isKnown()
                ? parts.calls()
                        .apply(
                                "add",
                                Value.of(List.of(body, beside)),
                                List.of(),
                                merge.call().span(),
                                frame,
                                path)
                : Value.unknown();
    }

    private Value projected(Ast.Arg project, Value x, String path, Frame frame) {
        Frame inner = frame.at(frame.place().within(path + ".project", parts.segments(project.value())));
        return switch (project.value()) {
            case Ast.Chain c -> parts.chains().chain(c, x, inner);
            case Ast.Ref r -> one(r.name(), List.of(), x, path, r.span(), inner);
            case Ast.Call c -> one(c.callee(), c.args(), x, path, c.span(), inner);
            default -> {
                log.add(Diagnostic.error(
                                Code.WRONG_ARGUMENT,
                                project.span(),
                                "`project` of `residual` is a layer or a chain of them, not "
                                        + Log.quote(project.value().span()))
                        .fix("write `project=conv(64, 1)`"));
                yield Value.unknown();
            }
        };
    }

    private Value one(Ast.Name callee, List<Ast.Arg> args, Value x, String path, Span span, Frame frame) {
        return parts.calls()
                .call(new CallLowering.Use(callee, args, x, path + ".project", span), frame, null)
                .value();
    }

    private Value needsProjection(Ast.Merge merge, Node x, Node body) {
        Diagnostic.Builder error = Diagnostic.error(
                        Code.SHAPE,
                        merge.call().span(),
                        "`residual` adds what comes in to what its body gives, and their shapes differ: " + x.shape()
                                + " and " + body.shape())
                .related(x.origin().span(), x.shape() + " comes in from here")
                .related(body.origin().span(), body.shape() + " comes from here");
        ShapeDiagnostics.derivation(body, List.of()).forEach(error::note);
        log.add(error.fix(projection(x, body)));
        return Value.unknown();
    }

    /** The projection to write, where there is one. */
    private static String projection(Node x, Node body) {
        if (x.shape().rank() != 4 || body.shape().rank() != 4) {
            return "make both shapes equal";
        }
        String filters = body.shape().dim(1).toString();
        boolean sameSize = x.shape().dim(2).equals(body.shape().dim(2))
                && x.shape().dim(3).equals(body.shape().dim(3));
        for (int stride = 1; stride <= 8; stride++) {
            boolean fits = stride == 1
                    ? sameSize
                    : x.shape()
                            .dim(2)
                            .plus(Dim.of(stride - 1))
                            .over(Rational.of(stride))
                            .floor()
                            .equals(body.shape().dim(2));
            if (fits) {
                return "write `residual(project=conv(" + filters + ", 1"
                        + (stride == 1 ? "" : ", stride=" + stride + ", round=floor") + ")) { … }`";
            }
        }
        return "keep height and width in the body, for example with `pad=same`";
    }
}
