package dev.striate.compiler.analyze;

import dev.striate.compiler.analyze.StatementLowering.Deferred;
import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Phase;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.recipe.Glob;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What training makes small: the objective that is in force in training, or else the only loss. */
final class Objectives {
    /** The name of an objective that has none. */
    private static final String NAME = "objective";

    private final Lowering parts;
    private final Log log;

    Objectives(Lowering parts) {
        this.parts = parts;
        this.log = parts.log();
    }

    /** Declares the objective of a net. One in {@code when train} replaces the one outside. */
    void declare(List<Deferred> written) {
        List<Deferred> inTraining =
                written.stream().filter(d -> d.phase() == Phase.TRAIN).toList();
        List<Deferred> outside =
                written.stream().filter(d -> d.phase() == Phase.ALWAYS).toList();
        List<Deferred> inForce = inTraining.isEmpty() ? outside : inTraining;
        Map<String, Span> updated = new HashMap<>();
        for (Deferred d : inForce) {
            objective(d, updated, inForce.size() > 1);
        }
        if (inForce.isEmpty()) {
            onlyLoss();
        }
    }

    private void objective(Deferred deferred, Map<String, Span> updated, boolean several) {
        String name = deferred.objective().name() == null
                ? NAME
                : deferred.objective().name().text();
        if (several || !deferred.objective().updates().isEmpty()) {
            updates(deferred.objective(), name, updated);
        }
        Phase before = parts.net().phase();
        parts.net().enter(deferred.phase());
        Value value = parts.expressions()
                .value(deferred.objective().value(), deferred.frame().forTerms());
        if (value instanceof Value.One one && one.node().shape().rank() == 0) {
            parts.net()
                    .result(
                            Kind.OBJECTIVE,
                            name,
                            one.node(),
                            deferred.objective().span());
        } else if (value.isKnown()) {
            log.add(Diagnostic.error(
                            Code.OBJECTIVE,
                            deferred.objective().value().span(),
                            "an objective is one number, and "
                                    + Log.quote(deferred.objective().value().span()) + " is "
                                    + (value instanceof Value.One one
                                            ? one.node().type()
                                            : "several values"))
                    .fix("add up losses: `objective 0.3 * a + b`"));
        }
        parts.net().enter(before);
    }

    /** What an objective updates: parameters that no other objective updates. */
    private void updates(Ast.Objective objective, String name, Map<String, Span> updated) {
        if (objective.updates().isEmpty() || objective.name() == null) {
            log.add(Diagnostic.error(
                            Code.OBJECTIVE,
                            objective.span(),
                            "of several objectives each has a name and says which parameters it updates")
                    .fix("write `objective critic = catch updates \"d.**\"`"));
            return;
        }
        List<String> paths =
                parts.net().graph("").params().stream().map(Node::path).toList();
        RecipeGlobs globs = new RecipeGlobs(paths, log);
        Set<String> own = new TreeSet<>();
        for (Ast.Text text : objective.updates()) {
            Glob glob = new Glob(globs.read(text));
            for (String path : paths) {
                Span before = glob.matches(path) && own.add(path) ? updated.putIfAbsent(path, text.span()) : null;
                if (before != null) {
                    log.add(Diagnostic.error(Code.OBJECTIVE, text.span(), "two objectives update `" + path + "`")
                            .related(before, "updated here, too")
                            .fix("give each parameter to one objective"));
                }
            }
        }
        parts.net().updates(name, own);
    }

    private void onlyLoss() {
        Graph graph = parts.net().graph("");
        List<Result> losses = graph.results(Kind.LOSS).stream()
                .filter(r -> r.phase() != Phase.INFER)
                .toList();
        if (losses.size() == 1) {
            Result loss = losses.getFirst();
            parts.net().enter(loss.phase());
            parts.net()
                    .result(
                            Kind.OBJECTIVE,
                            loss.name(),
                            loss.node(),
                            loss.origin().span());
            parts.net().enter(Phase.ALWAYS);
        } else if (losses.size() > 1) {
            log.add(Diagnostic.error(
                            Code.NO_OBJECTIVE,
                            losses.get(1).origin().span(),
                            "there are " + losses.size() + " losses, and nothing says which one training makes small")
                    .related(losses.get(0).origin().span(), "the first loss")
                    .fix("weigh them: `objective " + losses.get(0).name() + " + "
                            + losses.get(1).name() + "`"));
        }
    }
}
