package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.List;

/** Reads which loss or metric of the held-out samples a rule watches, and checks that there are such samples. */
final class RecipeWatch {
    /** What is watched, and whether less of it is better. */
    record Read(String metric, boolean least) {}

    private final RecipeTarget target;
    private final Log log;
    private final List<Span> places = new ArrayList<>();

    RecipeWatch(RecipeTarget target, Log log) {
        this.target = target;
        this.log = log;
    }

    /** {@code metric=acc, least=false}; a loss is to be small and a metric large unless it is said. */
    Read read(RecipeArguments args) {
        places.add(args.call().span());
        Ast.Name metric = args.word("metric", true, "the name of a metric or loss");
        if (metric == null) {
            return new Read("", false);
        }
        target.requireTerm(metric, Code.WATCH, log);
        boolean least = args.has("least") ? args.flag("least") : target.losses().contains(metric.text());
        return new Read(metric.text(), least);
    }

    /** Reports rules that watch, when no samples are held out. */
    void requireHoldout() {
        for (Span place : places) {
            log.add(Diagnostic.error(
                            Code.WATCH, place, Log.quote(place) + " watches held-out samples, and there are none")
                    .fix("add `holdout=0.1` to the data set's arguments, which keeps a tenth of its samples apart"));
        }
    }
}
