package dev.striate.compiler.emit;

import com.palantir.javapoet.CodeBlock;
import dev.striate.compiler.analyze.RecipeModel;
import dev.striate.core.recipe.Checkpoint;
import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.EarlyStop;
import dev.striate.core.recipe.Expectation;
import dev.striate.core.recipe.Freeze;
import dev.striate.core.recipe.Glob;
import dev.striate.core.recipe.Group;
import dev.striate.core.recipe.OwnOptimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Precision;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Sampler;
import dev.striate.core.recipe.Schedule;
import dev.striate.core.recipe.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Renders recipes as the calls that build them. */
final class Recipes {
    private Recipes() {}

    /** {@code Recipe.recipe("Fit", Data.data("digits", 32), Phase.phase(20, Optimizer.sgd(0.1)))} with what else it says. */
    static CodeBlock render(RecipeModel model, String file) {
        Recipe recipe = model.recipe();
        List<CodeBlock> parts = new ArrayList<>();
        parts.add(data(recipe.data()));
        recipe.phases().forEach(p -> parts.add(phase(p)));
        CodeBlock.Builder code = CodeBlock.builder()
                .add("\n// $L:$L\n", file, model.span().line())
                .add("$T.recipe(\n$>$>$S,\n$L)", Recipe.class, recipe.name(), CodeBlock.join(parts, ",\n"));
        code.add(list(
                "training", recipe.training().stream().map(Learning::record).toList()));
        if (recipe.mixup() != 0) {
            code.add("\n.mixup($L)", Calls.number(recipe.mixup()));
        }
        code.add(list("serving", recipe.serving().stream().map(Learning::record).toList()));
        code.add(list("init", recipe.init().stream().map(Recipes::source).toList()));
        new TreeMap<>(recipe.feed()).forEach((input, field) -> code.add("\n.feed($S, $S)", input, field));
        if (recipe.precision() != Precision.F32) {
            code.add("\n.precision($T.$L)", Precision.class, recipe.precision().name());
        }
        code.add(limits(recipe.limits()));
        for (Expectation e : recipe.expectations()) {
            code.add(
                    "\n.expect($S, $T.$L, $L, $S)",
                    e.metric(),
                    Expectation.Comparison.class,
                    e.comparison().name(),
                    Calls.number(e.bound()),
                    e.where().substring(e.where().lastIndexOf('/') + 1));
        }
        return code.add("$<$<").build();
    }

    private static CodeBlock list(String method, List<CodeBlock> elements) {
        return elements.isEmpty()
                ? CodeBlock.of("")
                : CodeBlock.of("\n.$L(\n$>$>$L)$<$<", method, CodeBlock.join(elements, ",\n"));
    }

    private static CodeBlock data(Data data) {
        CodeBlock.Builder code =
                CodeBlock.builder().add("$T.data($S, $L)$>$>", Data.class, data.source(), data.batch());
        if (data.seed() != 0) {
            code.add(".seed($L)", data.seed());
        }
        if (data.holdout() != 0) {
            code.add(".holdout($L)", Calls.number(data.holdout()));
        }
        if (data.dropLast()) {
            code.add(".withoutLast()");
        }
        new TreeMap<>(data.arguments())
                .forEach((name, value) ->
                        code.add(value instanceof String ? "\n.with($S, $S)" : "\n.with($S, $L)", name, value));
        switch (data.sampler()) {
            case null -> {}
            case Sampler.Pairs p -> code.add(".pairs($L)", Calls.number(p.same()));
            case Sampler.Triplets t -> code.add(".triplets()");
            case Sampler.Autoencode a -> code.add(".autoencode($L)", Calls.number(a.noise()));
        }
        return code.add("$<$<").build();
    }

    private static CodeBlock phase(Phase phase) {
        CodeBlock.Builder code = CodeBlock.builder().add("$T.phase(", Phase.class);
        if (!phase.name().isEmpty()) {
            code.add("$S, ", phase.name());
        }
        code.add("$L, $L)$>$>", Learning.length(phase.length()), Learning.optimizer(phase.optimizer()));
        for (OwnOptimizer own : phase.own()) {
            List<CodeBlock> args = new ArrayList<>();
            args.add(CodeBlock.of("$S", own.objective()));
            args.add(Learning.optimizer(own.optimizer()));
            own.parameters().forEach(g -> args.add(CodeBlock.of("$S", g.text())));
            code.add("\n.own($L)", CodeBlock.join(args, ", "));
        }
        if (!phase.schedule().equals(Schedule.constant())) {
            code.add("\n.schedule($L)", Learning.schedule(phase.schedule()));
        }
        for (Group g : phase.groups()) {
            code.add("\n.group($S, $L, $L)", g.parameters().text(), Calls.number(g.lr()), Calls.number(g.decay()));
        }
        for (Freeze f : phase.frozen()) {
            code.add(
                    "\n.$L($S)",
                    f.statistics() ? "freezeWithStatistics" : "freeze",
                    f.parameters().text());
        }
        return code.add("$<$<").build();
    }

    private static CodeBlock source(WeightSource source) {
        CodeBlock.Builder code = CodeBlock.builder().add("$T.weights($S)", WeightSource.class, source.file());
        globs("part", source.part(), code);
        globs("except", source.except(), code);
        source.renames().forEach(r -> code.add(".map($S, $S)", r.from().text(), r.to().text()));
        return code.build();
    }

    private static void globs(String method, List<Glob> globs, CodeBlock.Builder code) {
        if (!globs.isEmpty()) {
            List<CodeBlock> texts =
                    globs.stream().map(g -> CodeBlock.of("$S", g.text())).toList();
            code.add(".$L($L)", method, CodeBlock.join(texts, ", "));
        }
    }

    private static CodeBlock limits(Recipe.Limits limits) {
        CodeBlock.Builder code = CodeBlock.builder();
        if (limits.memory() != 0) {
            code.add("\n.memory($LL)", limits.memory());
        }
        EarlyStop early = limits.early();
        if (early != null) {
            code.add(
                    "\n.early($S, $L, $L)",
                    early.watch().metric(),
                    early.watch().least(),
                    early.patience());
        }
        Checkpoint checkpoint = limits.checkpoint();
        if (checkpoint != null) {
            code.add("\n.checkpoint($L, $L)", Learning.length(checkpoint.every()), checkpoint.keep());
        }
        return code.build();
    }
}
