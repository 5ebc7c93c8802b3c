package dev.striate.compiler.lint;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Node;
import java.util.Map;

/** Probabilities given to a loss that takes logits and makes probabilities of them itself. */
final class LossesOnLogits implements NodeLint {
    private static final Map<String, String> WITHIN =
            Map.of("cross_entropy", "softmax", "binary_cross_entropy", "sigmoid");

    @Override
    public void check(Node loss, Wiring net, Report report) {
        String name = loss.operation().name();
        String within = WITHIN.get(name);
        if (within == null) {
            return;
        }
        Node given = loss.input(0);
        while (given.operation().name().equals("reshape")) {
            given = given.input(0);
        }
        if (given.operation().name().equals(within)) {
            report.add(
                    Diagnostic.warning(
                                    Code.PROBABILITIES_AS_LOGITS,
                                    loss.origin().span(),
                                    "`" + name + "` takes logits and applies `" + within
                                            + "` itself, so that here it is applied twice")
                            .related(given.origin().span(), "`" + within + "` is applied here first")
                            .fix("give `" + name + "` the value before `" + within + "`"),
                    loss);
        }
    }
}
