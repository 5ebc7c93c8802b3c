package dev.striate.compiler.lint;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Node;
import java.util.Set;

/** Dropout right before a batch normalization, whose statistics it shifts in training only (Li et al. 2019). */
final class DropoutBeforeNorm implements NodeLint {
    private static final Set<String> DROPOUTS = Set.of("dropout", "spatial_dropout");

    @Override
    public void check(Node norm, Wiring net, Report report) {
        if (norm.operation().name().equals("batch_norm")
                && DROPOUTS.contains(norm.input(0).operation().name())) {
            Node dropout = norm.input(0);
            String name = dropout.operation().name();
            report.add(
                    Diagnostic.warning(
                                    Code.DROPOUT_BEFORE_NORM,
                                    dropout.origin().span(),
                                    "`" + name
                                            + "` changes the variance in training only, and the `batch_norm` behind"
                                            + " it keeps that variance for inference")
                            .related(norm.origin().span(), "`batch_norm` measures here")
                            .fix("move `" + name + "` behind the `batch_norm` and its activation"),
                    dropout);
        }
    }
}
