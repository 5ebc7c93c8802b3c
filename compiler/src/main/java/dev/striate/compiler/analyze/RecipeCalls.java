package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the data sets, optimizers, schedules and stopping rules that there are. Null after an error about the word itself. */
final class RecipeCalls {
    private static final List<String> SOURCES = List.of("digits", "mnist", "fashion_mnist", "idx");
    private static final List<String> FILES = List.of("images", "labels", "test_images", "test_labels");
    private static final List<String> PASSES = List.of("batch", "seed", "drop_last");
    private static final String POSITIVE = "a number above 0";

    private final Log log;

    RecipeCalls(Log log) {
        this.log = log;
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // null, of whatever type was wanted
    private <T> @Nullable T other(Ast.Name name, String kind, String plural, List<String> now, Set<String> later) {
        if (later.contains(name.text())) {
            log.unsupported(name.span(), "the " + kind + " `" + name.text() + "`", "this version has " + Log.list(now));
        } else {
            List<String> all = new ArrayList<>(now);
            all.addAll(later);
            log.unknown(Code.UNKNOWN_RECIPE_WORD, name, kind, plural, all);
        }
        return null;
    }

    /** {@code digits(batch=64, seed=1)}. */
    @Nullable
    Data data(Ast.Call call) {
        String source = call.callee().text();
        if (!SOURCES.contains(source)) {
            return other(call.callee(), "data set", "data sets", SOURCES, Unsupported.DATA);
        }
        List<String> names = new ArrayList<>(source.equals("idx") ? FILES : List.of());
        if (source.equals("idx")) {
            names.add("classes");
        }
        names.addAll(PASSES);
        RecipeArguments args = new RecipeArguments(call, names, log);
        Data data = Data.data(source, args.integer("batch", 1)).seed(args.integerOr("seed", 0, 0));
        if (args.flag("drop_last")) {
            data = data.withoutLast();
        }
        return source.equals("idx") ? files(data, args) : data;
    }

    private static Data files(Data idx, RecipeArguments args) {
        Data data = idx;
        for (String file : FILES) {
            data = data.with(file, args.text(file, "the path of a file in quotes"));
        }
        return args.has("classes") ? data.with("classes", args.integer("classes", 1)) : data;
    }

    /** {@code sgd(lr=0.01, momentum=0.9)}. */
    @Nullable
    Optimizer optimizer(Ast.Call call) {
        if (!call.callee().text().equals("sgd")) {
            return other(call.callee(), "optimizer", "optimizers", List.of("sgd"), Unsupported.OPTIMIZERS);
        }
        RecipeArguments args = new RecipeArguments(call, List.of("lr", "momentum", "nesterov", "decay"), log);
        double lr = args.number("lr", POSITIVE, v -> v > 0);
        double momentum = args.numberOr("momentum", 0, "a number of at least 0 and below 1", v -> v >= 0 && v < 1);
        boolean nesterov = args.flag("nesterov");
        if (nesterov && !args.has("momentum")) {
            log.add(Diagnostic.error(
                            Code.MISSING_ARGUMENT,
                            call.span(),
                            "`nesterov` looks ahead along the momentum, and there is none")
                    .fix("add `momentum=0.9`"));
        }
        double decay = args.numberOr("decay", 0, "a number of at least 0", v -> v >= 0);
        return new Optimizer.Sgd(lr, momentum, nesterov, decay);
    }

    /** {@code step(every=5 epochs, gamma=0.5)}. */
    @Nullable
    Schedule schedule(Ast.Call call) {
        return switch (call.callee().text()) {
            case "constant" -> {
                new RecipeArguments(call, List.of(), log);
                yield Schedule.constant();
            }
            case "step" -> {
                RecipeArguments args = new RecipeArguments(call, List.of("every", "gamma"), log);
                yield Schedule.step(args.epochs("every"), args.number("gamma", POSITIVE, v -> v > 0));
            }
            case "exponential" -> {
                RecipeArguments args = new RecipeArguments(call, List.of("gamma"), log);
                yield Schedule.exponential(args.number("gamma", POSITIVE, v -> v > 0));
            }
            case "cosine" -> {
                RecipeArguments args = new RecipeArguments(call, List.of("to"), log);
                yield Schedule.cosine(args.numberOr("to", 0, "a number of at least 0", v -> v >= 0));
            }
            default ->
                other(
                        call.callee(),
                        "schedule",
                        "schedules",
                        List.of("constant", "step", "exponential", "cosine"),
                        Unsupported.SCHEDULES);
        };
    }

    /** The epochs of {@code after(20 epochs)}; null after an error. */
    @Nullable
    Integer stop(Ast.Call call) {
        if (!call.callee().text().equals("after")) {
            return other(call.callee(), "stopping rule", "stopping rules", List.of("after"), Set.of("early"));
        }
        return new RecipeArguments(call, List.of("duration"), log).epochs("duration");
    }
}
