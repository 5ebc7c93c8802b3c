package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.recipe.Length;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Precision;
import dev.striate.core.recipe.Schedule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads optimizers, schedules and precisions. Null after an error about the word itself. */
final class RecipeLearning {
    private static final List<String> OPTIMIZERS = List.of("sgd", "rmsprop", "adagrad", "adam", "adamw");
    private static final List<String> SCHEDULES =
            List.of("constant", "step", "multistep", "exponential", "inverse", "cosine", "warmup", "plateau");
    private static final String POSITIVE = "a number above 0";
    private static final String NOT_NEGATIVE = "a number of at least 0";
    private static final String SHARE = "a number of at least 0 and below 1";

    private final Log log;
    private final RecipeWatch watch;

    RecipeLearning(RecipeWatch watch, Log log) {
        this.watch = watch;
        this.log = log;
    }

    private RecipeArguments args(Ast.Call call, String... names) {
        return new RecipeArguments(call, List.of(names), log);
    }

    /** {@code sgd(lr=0.01, momentum=0.9)}. */
    @Nullable
    Optimizer optimizer(Ast.Call call) {
        return switch (call.callee().text()) {
            case "sgd" -> sgd(call);
            case "rmsprop" -> {
                RecipeArguments args = args(call, "lr", "alpha", "eps", "momentum", "decay");
                yield Optimizer.rmsprop(
                                lr(args), args.numberOr("alpha", 0.99, SHARE, v -> v >= 0 && v < 1), eps(args, 1e-8))
                        .momentum(args.numberOr("momentum", 0, SHARE, v -> v >= 0 && v < 1))
                        .decay(decay(args, 0));
            }
            case "adagrad" -> {
                RecipeArguments args = args(call, "lr", "eps", "decay");
                yield Optimizer.adagrad(lr(args), eps(args, 1e-10)).decay(decay(args, 0));
            }
            case "adam" -> adam(call, false);
            case "adamw" -> adam(call, true);
            default -> RecipeWords.other(call.callee(), "optimizer", OPTIMIZERS, log);
        };
    }

    private Optimizer sgd(Ast.Call call) {
        RecipeArguments args = args(call, "lr", "momentum", "nesterov", "decay");
        Optimizer.Sgd sgd = Optimizer.sgd(lr(args)).momentum(args.numberOr("momentum", 0, SHARE, v -> v >= 0 && v < 1));
        boolean nesterov = args.flag("nesterov");
        if (nesterov && !args.has("momentum")) {
            log.add(Diagnostic.error(
                            Code.MISSING_ARGUMENT,
                            call.span(),
                            "`nesterov` looks ahead along the momentum, and there is none")
                    .fix("add `momentum=0.9`"));
        }
        return (nesterov ? sgd.withNesterov() : sgd).decay(decay(args, 0));
    }

    private Optimizer adam(Ast.Call call, boolean decoupled) {
        RecipeArguments args = args(call, "lr", "beta1", "beta2", "eps", "decay");
        double lr = lr(args);
        double beta1 = args.numberOr("beta1", 0.9, SHARE, v -> v >= 0 && v < 1);
        double beta2 = args.numberOr("beta2", 0.999, SHARE, v -> v >= 0 && v < 1);
        double eps = eps(args, 1e-8);
        return decoupled
                ? Optimizer.adamw(lr, beta1, beta2, eps).decay(decay(args, 0.01))
                : Optimizer.adam(lr, beta1, beta2, eps).decay(decay(args, 0));
    }

    private static double lr(RecipeArguments args) {
        return args.number("lr", POSITIVE, v -> v > 0);
    }

    private static double eps(RecipeArguments args, double fallback) {
        return args.numberOr("eps", fallback, POSITIVE, v -> v > 0);
    }

    private static double decay(RecipeArguments args, double fallback) {
        return args.numberOr("decay", fallback, NOT_NEGATIVE, v -> v >= 0);
    }

    /** {@code step(every=5 epochs, gamma=0.5)}. */
    @Nullable
    Schedule schedule(Ast.Call call) {
        return switch (call.callee().text()) {
            case "constant" -> {
                args(call);
                yield Schedule.constant();
            }
            case "step" -> {
                RecipeArguments args = args(call, "every", "gamma");
                yield Schedule.step(args.length("every"), gamma(args));
            }
            case "multistep" -> {
                RecipeArguments args = args(call, "at", "gamma");
                List<Length> at = args.times("at", "a list of epochs or steps such as [30, 60] or [500 steps]");
                yield Schedule.multistep(gamma(args), at.toArray(Length[]::new));
            }
            case "exponential" -> Schedule.exponential(gamma(args(call, "gamma")));
            case "inverse" -> {
                RecipeArguments args = args(call, "gamma", "power");
                yield Schedule.inverse(gamma(args), args.numberOr("power", 1, POSITIVE, v -> v > 0));
            }
            case "cosine" -> Schedule.cosine(args(call, "to").numberOr("to", 0, NOT_NEGATIVE, v -> v >= 0));
            case "warmup" -> warmup(call);
            case "plateau" -> {
                RecipeArguments args = args(call, "metric", "gamma", "patience", "least");
                RecipeWatch.Read read = watch.read(args);
                double gamma = args.numberOr("gamma", 0.1, "a number above 0 and below 1", v -> v > 0 && v < 1);
                yield Schedule.plateau(read.metric(), read.least(), gamma, args.integerOr("patience", 5, 1));
            }
            default -> RecipeWords.other(call.callee(), "schedule", SCHEDULES, log);
        };
    }

    private @Nullable Schedule warmup(Ast.Call call) {
        RecipeArguments args = args(call, "over", "then", "from");
        Length over = args.length("over");
        double from = args.numberOr("from", 0, SHARE, v -> v >= 0 && v < 1);
        Ast.Call then = args.call("then", false, "a schedule such as cosine(to=0)");
        if (then == null) {
            return Schedule.warmup(over, from, Schedule.constant());
        }
        if (List.of("warmup", "plateau").contains(then.callee().text())) {
            log.add(Diagnostic.error(
                            Code.WRONG_ARGUMENT,
                            then.span(),
                            "`" + then.callee().text() + "` cannot follow a `warmup`")
                    .fix("write `constant`, `step`, `multistep`, `exponential`, `inverse` or `cosine`"));
            return null;
        }
        Schedule next = schedule(then);
        return next == null ? null : Schedule.warmup(over, from, next);
    }

    /** {@code mixed(bf16)}; float32 after an error. */
    Precision precision(Ast.Call call) {
        if (call.callee().text().equals("mixed")) {
            Ast.Name format = args(call, "format").word("format", true, "the format of products, such as bf16");
            if (format != null && format.text().equals("fp16")) {
                return Precision.MIXED_FP16;
            }
            if (format != null && !format.text().equals("bf16")) {
                RecipeWords.other(format, "format of mixed precision", List.of("bf16", "fp16"), log);
            }
            return Precision.MIXED_BF16;
        }
        args(call);
        if (!call.callee().text().equals("f32")) {
            RecipeWords.other(call.callee(), "precision", List.of("f32", "mixed(bf16)", "mixed(fp16)"), log);
        }
        return Precision.F32;
    }

    private static double gamma(RecipeArguments args) {
        return args.number("gamma", POSITIVE, v -> v > 0);
    }
}
