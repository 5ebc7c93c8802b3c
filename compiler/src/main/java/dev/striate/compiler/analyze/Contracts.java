package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.pass.InferencePhase;
import dev.striate.compiler.plan.ArenaPlan;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.Ast.BinaryOp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Checks what follows {@code assert}. */
final class Contracts {
    private static final Set<String> TERMS = Set.of("params", "macs", "shape", "rf", "memory");

    private final Graph graph;
    private final boolean sound;
    private final Frame frame;
    private final Lowering parts;
    private final Scope scope;
    private final Log log;
    private final FieldContracts fields;

    /** For a net's graph, of which counts are taken only when it is sound: when there was no error in the net. */
    Contracts(Graph graph, boolean sound, Frame frame, Lowering parts) {
        this.graph = graph;
        this.sound = sound;
        this.frame = frame.forTerms();
        this.parts = parts;
        this.scope = frame.scope();
        this.log = parts.log();
        this.fields = new FieldContracts(graph, this.frame, parts);
    }

    /** Reports {@code contract} when it does not hold. */
    void check(Ast.Assert contract) {
        Map<String, Long> sizes = new HashMap<>();
        for (Ast.Expr size : contract.at()) {
            if (!size(size, sizes)) {
                return;
            }
        }
        ConstantFolder folder = new ConstantFolder(scope, log, call -> term(call, sizes), sizes);
        switch (folder.fold(contract.condition())) {
            case Const.Bool(boolean holds) -> {
                if (!holds) {
                    fails(contract, sizes);
                }
            }
            case Const.Unknown u -> {}
            case Const other ->
                bad(
                        contract.condition(),
                        "a contract is a condition, and "
                                + Log.quote(contract.condition().span()) + " is " + other.kind(),
                        "compare it: `assert params() <= 100000`");
        }
    }

    private void bad(Ast.Expr where, String message, String fix) {
        log.add(Diagnostic.error(Code.BAD_CONTRACT, where.span(), message).fix(fix));
    }

    /** Adds the size that {@code H == 224} says; false after an error. */
    private boolean size(Ast.Expr written, Map<String, Long> sizes) {
        if (!(written instanceof Ast.Binary(BinaryOp op, Ast.Ref left, Ast.Expr right, var span))
                || op != BinaryOp.EQUAL) {
            bad(written, "after `at` stand sizes, and " + Log.quote(written.span()) + " is none", "write `at N == 1`");
            return false;
        }
        String name = left.name().text();
        boolean symbol = name.equals("N")
                || (scope.find(name) instanceof Entry.Constant(Const.Num(Dim dim), var at)
                        && dim.equals(Dim.symbol(name)));
        if (!symbol) {
            if (sound) { // else the dimension may be what was wrong
                bad(
                        left,
                        "this net has no dimension " + Log.quote(left.span()) + " to choose",
                        "the dimensions without a size are `N` and those that the inputs name: `at N == 1`");
            }
            return false;
        }
        Integer size =
                new ArgumentValues(scope, log).integer("`" + name + "`", "a whole number of at least 1", 1, right);
        if (size == null) {
            return false;
        }
        sizes.put(name, size.longValue());
        return true;
    }

    // ---- what contracts are about

    private @Nullable Const term(Ast.Call call, Map<String, Long> sizes) {
        return switch (call.callee().text()) {
            case "params" -> params(call);
            case "macs" -> macs(call, sizes);
            case "shape" -> shape(call, sizes);
            case "rf" -> sound ? fields.of(call, sizes) : Const.unknown();
            case "memory" -> memory(call, sizes);
            case "floor", "ceil", "round_to", "min", "max", "len", "sum" -> null;
            default -> {
                log.unknown(Code.UNKNOWN_NAME, call.callee(), "quantity", "quantities", TERMS);
                yield Const.unknown();
            }
        };
    }

    private Const params(Ast.Call call) {
        boolean all = isTrain(call);
        if (!call.args().isEmpty() && !all) {
            bad(call, "`params` takes nothing, or `train`, to count what only training uses", "write `params()`");
            return Const.unknown();
        }
        return sound ? new Const.Num(Counts.params(all ? graph : inference()).total()) : Const.unknown();
    }

    private static boolean isTrain(Ast.Call call) {
        return call.args().size() == 1
                && call.args().getFirst().value() instanceof Ast.Ref r
                && r.name().text().equals("train");
    }

    private Const macs(Ast.Call call, Map<String, Long> sizes) {
        if (!call.args().isEmpty()) {
            bad(call, "`macs` takes nothing", "write `macs()`");
            return Const.unknown();
        }
        return sound ? new Const.Num(Counts.macs(inference(), sizes).total()) : Const.unknown();
    }

    /** The planned memory of a run in inference, without the weights. */
    private Const memory(Ast.Call call, Map<String, Long> sizes) {
        if (!call.args().isEmpty()) {
            bad(call, "`memory` takes nothing", "write `memory()`");
            return Const.unknown();
        }
        if (!sound) {
            return Const.unknown();
        }
        Set<String> needed = new TreeSet<>(Set.of("N"));
        needed.addAll(graph.dimensions().names());
        needed.removeAll(sizes.keySet());
        if (!needed.isEmpty()) {
            bad(
                    call,
                    "`memory()` depends on " + Log.list(needed),
                    "say for which sizes: `at " + String.join(" == 1, ", needed) + " == 1`");
            return Const.unknown();
        }
        return new Const.Num(Dim.of(ArenaPlan.bytes(inference(), sizes)));
    }

    private Graph inference() {
        return InferencePhase.run(graph, Set.of(Kind.OUTPUT));
    }

    private Const shape(Ast.Call call, Map<String, Long> sizes) {
        if (call.args().size() != 1) {
            bad(call, "`shape` takes one value", "write `shape(logits)`");
            return Const.unknown();
        }
        Value value = parts.expressions().value(call.args().getFirst().value(), frame);
        if (!(value instanceof Value.One)) {
            return Const.unknown();
        }
        List<Const> dims = new ArrayList<>();
        for (Dim dim : value.node().shape().dims()) {
            dims.add(new Const.Num(dim.at(sizes)));
        }
        return new Const.Items(dims);
    }

    // ---- a contract that does not hold

    private void fails(Ast.Assert contract, Map<String, Long> sizes) {
        Ast.Expr condition = contract.condition();
        List<Ast.Call> terms = new ArrayList<>();
        terms(condition, terms);
        ConstantFolder folder = new ConstantFolder(scope, log, call -> term(call, sizes), sizes);
        List<String> values = terms.stream()
                .map(t -> "`" + t.span().text() + "` is " + folder.fold(t))
                .distinct()
                .toList();
        Diagnostic.Builder error = Diagnostic.error(
                Code.CONTRACT,
                condition.span(),
                "the contract does not hold" + (values.isEmpty() ? "" : ": " + String.join(", ", values)));
        for (Ast.Call term : terms) {
            contributors(term, sizes, error);
        }
        log.add(error.fix("correct the net, or the number in the contract"));
    }

    private void contributors(Ast.Call term, Map<String, Long> sizes, Diagnostic.Builder error) {
        switch (term.callee().text()) {
            case "params" -> largest("parameters", Counts.params(isTrain(term) ? graph : inference()), error);
            case "macs" -> largest("MACs", Counts.macs(inference(), sizes), error);
            default -> shapeHistory(term).forEach(error::note);
        }
    }

    private static void largest(String what, Counts counts, Diagnostic.Builder error) {
        if (!counts.byLayer().isEmpty()) {
            error.note("most " + what + ": " + counts.largest());
        }
    }

    private List<String> shapeHistory(Ast.Call term) {
        if (!term.callee().text().equals("shape")) {
            return List.of();
        }
        Node node =
                parts.expressions().value(term.args().getFirst().value(), frame).node();
        return ShapeDiagnostics.derivation(node, List.of());
    }

    /** The calls in a condition that ask about the net. */
    private static void terms(Ast.Expr expr, List<Ast.Call> into) {
        switch (expr) {
            case Ast.Call c when TERMS.contains(c.callee().text()) -> into.add(c);
            case Ast.Call c -> c.args().forEach(a -> terms(a.value(), into));
            case Ast.Binary b -> {
                terms(b.left(), into);
                terms(b.right(), into);
            }
            case Ast.Unary u -> terms(u.operand(), into);
            case Ast.Conditional c -> {
                terms(c.condition(), into);
                terms(c.then(), into);
                terms(c.otherwise(), into);
            }
            default -> {}
        }
    }
}
