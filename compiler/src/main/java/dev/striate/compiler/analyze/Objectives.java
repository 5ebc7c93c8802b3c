package dev.striate.compiler.analyze;

import dev.striate.compiler.analyze.StatementLowering.Deferred;
import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Phase;
import dev.striate.compiler.ir.Graph.Result;
import java.util.List;

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
        if (inForce.size() > 1) {
            several(inForce);
        } else if (inForce.size() == 1) {
            objective(inForce.getFirst());
        } else {
            onlyLoss();
        }
    }

    private void several(List<Deferred> inForce) {
        Deferred second = inForce.get(1);
        log.unsupported(second.objective().span(), "a second objective", "add them up: `objective 0.3 * a + b`");
    }

    private void objective(Deferred deferred) {
        if (!deferred.objective().updates().isEmpty()) {
            log.unsupported(
                    deferred.objective().updates().getFirst().span(),
                    "an objective for a part of the parameters",
                    "leave `updates` out: it updates all of them");
        }
        Phase before = parts.net().phase();
        parts.net().enter(deferred.phase());
        Value value = parts.expressions()
                .value(deferred.objective().value(), deferred.frame().forTerms());
        if (value instanceof Value.One one && one.node().shape().rank() == 0) {
            String name = deferred.objective().name() == null
                    ? NAME
                    : deferred.objective().name().text();
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
