package dev.striate.compiler.emit;

import com.palantir.javapoet.CodeBlock;
import dev.striate.compiler.analyze.RecipeModel;
import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Expectation;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Schedule;
import java.util.TreeMap;

/** Renders recipes as the calls that build them. */
final class Recipes {
    private Recipes() {}

    /** {@code Recipe.recipe("Fit", Data.data("digits", 32), Optimizer.sgd(0.1), 20)} with what else it says. */
    static CodeBlock render(RecipeModel model, String file) {
        Recipe recipe = model.recipe();
        CodeBlock.Builder code = CodeBlock.builder()
                .add("\n// $L:$L\n", file, model.span().line())
                .add(
                        "$T.recipe(\n$>$>$S,\n$L,\n$L,\n$L)",
                        Recipe.class,
                        recipe.name(),
                        data(recipe.data()),
                        optimizer(recipe.optimizer()),
                        recipe.epochs());
        if (!recipe.schedule().equals(Schedule.constant())) {
            code.add("\n.schedule($L)", schedule(recipe.schedule()));
        }
        new TreeMap<>(recipe.feed()).forEach((input, field) -> code.add("\n.feed($S, $S)", input, field));
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

    private static CodeBlock data(Data data) {
        CodeBlock.Builder code =
                CodeBlock.builder().add("$T.data($S, $L)$>$>", Data.class, data.source(), data.batch());
        if (data.seed() != 0) {
            code.add(".seed($L)", data.seed());
        }
        if (data.dropLast()) {
            code.add(".withoutLast()");
        }
        new TreeMap<>(data.arguments())
                .forEach((name, value) ->
                        code.add(value instanceof String ? "\n.with($S, $S)" : "\n.with($S, $L)", name, value));
        return code.add("$<$<").build();
    }

    private static CodeBlock optimizer(Optimizer optimizer) {
        return switch (optimizer) {
            case Optimizer.Sgd sgd -> {
                CodeBlock.Builder code = CodeBlock.builder().add("$T.sgd($L)", Optimizer.class, Calls.number(sgd.lr()));
                if (sgd.momentum() != 0) {
                    code.add(".momentum($L)", Calls.number(sgd.momentum()));
                }
                if (sgd.nesterov()) {
                    code.add(".withNesterov()");
                }
                if (sgd.decay() != 0) {
                    code.add(".decay($L)", Calls.number(sgd.decay()));
                }
                yield code.build();
            }
        };
    }

    private static CodeBlock schedule(Schedule schedule) {
        return switch (schedule) {
            case Schedule.Constant c -> CodeBlock.of("$T.constant()", Schedule.class);
            case Schedule.Step s -> CodeBlock.of("$T.step($L, $L)", Schedule.class, s.every(), Calls.number(s.gamma()));
            case Schedule.Exponential e -> CodeBlock.of("$T.exponential($L)", Schedule.class, Calls.number(e.gamma()));
            case Schedule.Cosine c -> CodeBlock.of("$T.cosine($L)", Schedule.class, Calls.number(c.to()));
        };
    }
}
