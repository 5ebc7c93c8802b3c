package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.Args;
import dev.striate.compiler.op.Axis;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.Ops;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.recipe.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Penalties on parameters in an objective: {@code l1("**.weight")} is the sum of their absolute values, {@code l2("**.weight")}
 * that of their squares. The parameters of the whole net are meant, so penalties are looked at last.
 */
final class PenaltyLowering {
    private static final Set<String> NAMES = Set.of("l1", "l2");

    private final Lowering parts;
    private final Log log;

    PenaltyLowering(Lowering parts) {
        this.parts = parts;
        this.log = parts.log();
    }

    /** Whether a name is that of a penalty. */
    static boolean isPenalty(String name) {
        return NAMES.contains(name);
    }

    /** The penalty, a scalar; unknown after an error. */
    Value lower(CallLowering.Use use, Frame frame) {
        if (!parts.net().isComplete()) {
            log.add(Diagnostic.error(
                            Code.OBJECTIVE,
                            use.span(),
                            "`" + use.callee().text()
                                    + "` is a penalty on the net's parameters, which belongs to an objective")
                    .fix("write `objective loss + 1e-4 * " + use.callee().text() + "(\"**.weight\")`"));
            return Value.unknown();
        }
        if (use.args().isEmpty() || !use.args().stream().allMatch(a -> a.value() instanceof Ast.Text)) {
            log.add(Diagnostic.error(
                            Code.WRONG_ARGUMENT,
                            use.span(),
                            "`" + use.callee().text() + "` takes patterns of parameter paths")
                    .fix("write `" + use.callee().text() + "(\"**.weight\")`"));
            return Value.unknown();
        }
        List<Node> params = matching(use);
        String element = use.callee().text().equals("l1") ? "abs" : "square";
        List<Value> sums =
                params.stream().map(p -> sum(element, p, use.span(), frame)).toList();
        if (sums.size() < 2) {
            return sums.isEmpty() ? Value.unknown() : sums.getFirst();
        }
        return parts.calls().apply("add", sums, use.span(), frame, use.path());
    }

    private List<Node> matching(CallLowering.Use use) {
        List<Node> params = parts.net().graph("").params();
        RecipeGlobs globs = new RecipeGlobs(params.stream().map(Node::path).toList(), log);
        List<Glob> patterns = new ArrayList<>();
        for (Ast.Arg arg : use.args()) {
            patterns.add(new Glob(globs.read((Ast.Text) arg.value())));
        }
        return params.stream()
                .filter(p -> patterns.stream().anyMatch(g -> g.matches(p.path())))
                .toList();
    }

    private Value sum(String element, Node param, Span span, Frame frame) {
        Value each = apply(element, param, Map.of(), span, frame);
        List<Axis> axes =
                IntStream.range(0, param.shape().rank()).mapToObj(Axis::of).toList();
        return axes.isEmpty() || !each.isKnown() ? each : apply("sum", each.node(), Map.of("axis", axes), span, frame);
    }

    private Value apply(String operator, Node operand, Map<String, Object> attrs, Span span, Frame frame) {
        OpSpec<?> spec = Ops.byName(operator).orElseThrow();
        String path = parts.net().fresh(operator, frame.place());
        return parts.calls().layers().nodes(spec.make(new Args(spec, attrs)), path, span, List.of(operand), frame);
    }
}
