package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.plan.ReceptiveFields;
import dev.striate.compiler.plan.ReceptiveFields.Area;
import dev.striate.compiler.syntax.Ast;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code rf(x)} and {@code rf(x, from=y)} in a contract: how many elements of the inputs, or of y, an element of x sees. */
final class FieldContracts {
    private final Graph graph;
    private final Frame frame;
    private final Lowering parts;
    private final Log log;

    FieldContracts(Graph graph, Frame frame, Lowering parts) {
        this.graph = graph;
        this.frame = frame;
        this.parts = parts;
        this.log = parts.log();
    }

    /** The receptive field: a number, or a list of rows and columns where they differ. */
    Const of(Ast.Call call, Map<String, Long> given) {
        Map<String, Ast.Arg> bound = ArgumentBinder.bind("rf", List.of("x", "from"), call.args(), log);
        Ast.Arg of = bound.get("x");
        if (of == null) {
            return bad(call, "`rf` takes a value", "write `rf(features)` or `rf(context, from=front)`");
        }
        Ast.Arg from = bound.get("from");
        Node x = node(of.value());
        Node start = from == null ? null : node(from.value());
        if (x == null || (from != null && start == null)) {
            return Const.unknown();
        }
        Map<String, Long> sizes = new HashMap<>(graph.dimensions().smallest());
        sizes.put("N", 1L);
        sizes.putAll(given);
        ReceptiveFields fields =
                start == null ? ReceptiveFields.onInputs(graph, sizes) : ReceptiveFields.on(graph, start, sizes);
        Optional<Area> area = fields.of(x);
        if (area.isEmpty()) {
            return bad(
                    call,
                    Log.quote(of.span()) + " sees all of "
                            + (from == null
                                    ? "its inputs"
                                    : Log.quote(from.value().span())) + ", or nothing of it",
                    "ask about a feature map before `flatten` and global pooling");
        }
        long h = area.get().h().size();
        long w = area.get().w().size();
        return h == w
                ? new Const.Num(Dim.of(h))
                : new Const.Items(List.of(new Const.Num(Dim.of(h)), new Const.Num(Dim.of(w))));
    }

    private @Nullable Node node(Ast.Expr expr) {
        return parts.expressions().value(expr, frame) instanceof Value.One one ? one.node() : null;
    }

    private Const bad(Ast.Call call, String message, String fix) {
        log.add(Diagnostic.error(Code.BAD_CONTRACT, call.span(), message).fix(fix));
        return Const.unknown();
    }
}
