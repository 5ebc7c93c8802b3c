package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.recipe.Checkpoint;
import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.EarlyStop;
import dev.striate.core.recipe.Expectation;
import dev.striate.core.recipe.Expectation.Comparison;
import dev.striate.core.recipe.Length;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Precision;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Transform;
import dev.striate.core.recipe.Watch;
import dev.striate.core.recipe.WeightSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns a {@code train} declaration into a recipe. */
final class RecipeLowering {
    private final Ast.Train train;
    private final RecipeTarget target;
    private final Log log;
    private final SettingsSeen seen;
    private final RecipeWatch watch;
    private final RecipeLearning learning;
    private final PhaseSettings own;
    private final List<Phase> phases = new ArrayList<>();
    private final List<WeightSource> init = new ArrayList<>();
    private final Map<String, String> feed = new TreeMap<>();
    private final List<Expectation> expectations = new ArrayList<>();
    private @Nullable Data data;
    private Transform[] training = {};
    private Transform[] serving = {};
    private double mixup;
    private @Nullable Span mixed;
    private Precision precision = Precision.F32;
    private Length length = Length.epochs(1);
    private long memory;
    private @Nullable EarlyStop early;
    private @Nullable Checkpoint checkpoint;

    private RecipeLowering(Ast.Train train, RecipeTarget target, Log log) {
        this.train = train;
        this.target = target;
        this.log = log;
        this.seen = new SettingsSeen(log);
        this.watch = new RecipeWatch(target, log);
        this.learning = new RecipeLearning(watch, log);
        this.own = new PhaseSettings(learning, target, seen, log);
    }

    /**
     * The recipe of {@code train}, when there is no error in it.
     *
     * @param graphs the nets without errors, by name
     */
    static Optional<RecipeModel> lower(Ast.Train train, FileNames file, Map<String, Graph> graphs, Log log) {
        Ast.Net net = net(train.net(), file, log);
        RecipeLowering lowering = new RecipeLowering(
                train, new RecipeTarget(graphs.get(train.net().callee().text())), log);
        train.settings().forEach(lowering::setting);
        train.settings().forEach(lowering::phase);
        if (!log.isUnsure()) {
            lowering.checkWhole();
        }
        return net == null ? Optional.empty() : lowering.finish();
    }

    private static Ast.@Nullable Net net(Ast.Call call, FileNames file, Log log) {
        Ast.Name name = call.callee();
        Ast.Net net = file.nets().get(name.text());
        if (net == null && !file.later().contains(name.text()) && file.complete()) {
            log.unknown(Code.UNKNOWN_NET, name, "net", "nets", file.netNames());
        }
        if (net == null) {
            return null;
        }
        if (!call.args().isEmpty()) {
            log.unsupported(call.span(), "a net with arguments here", "change the defaults of the net's parameters");
        }
        boolean trainable = log.isUnsure()
                || net.damaged()
                || net.body().stream()
                        .anyMatch(s -> s instanceof Ast.Loss || s instanceof Ast.Objective || s instanceof Ast.When);
        if (!trainable) {
            log.add(Diagnostic.error(
                            Code.NO_LOSS, name.span(), "the net `" + name.text() + "` has no loss to train for")
                    .related(net.name().span(), "declared here")
                    .fix("add one to the net: `loss xent = cross_entropy(logits, digit)`"));
        }
        return net;
    }

    private Optional<RecipeModel> finish() {
        Data from = data;
        if (phases.isEmpty()) {
            Phase only = own.phase(train.name(), "", length, null);
            Optional.ofNullable(only).ifPresent(phases::add);
        }
        if (log.hasFailed() || from == null || phases.isEmpty()) {
            return Optional.empty();
        }
        Recipe recipe = new Recipe(
                train.name().text(),
                from,
                phases,
                List.of(training),
                mixup,
                List.of(serving),
                init,
                feed,
                precision,
                new Recipe.Limits(memory, early, checkpoint),
                expectations);
        return Optional.of(new RecipeModel(recipe.name(), train.doc(), recipe, train.span()));
    }

    private void checkWhole() {
        require("data", "where its samples come from", "data digits(batch=64, seed=1)");
        if (!seen.has("phase")) {
            own.requireOptimizers("recipe", train.name(), null);
            require("stop after", "when it ends", "stop after(20 epochs)");
        }
        if (data != null && data.holdout() == 0) {
            watch.requireHoldout();
        }
        if (mixed != null) {
            checkMixup(mixed);
        }
    }

    /** Blending needs classes, whose losses are weighed by the shares; a pair of blended pictures means nothing. */
    private void checkMixup(Span place) {
        if (data != null && data.sampler() != null) {
            log.add(Diagnostic.error(
                            Code.TRANSFORM,
                            place,
                            "`mixup` blends samples of classes, and not pairs, triplets or targets")
                    .fix("remove it, or take the data set itself"));
        } else if (target.isKnown() && !target.hasLabels()) {
            log.add(Diagnostic.error(
                            Code.TRANSFORM,
                            place,
                            "`mixup` weighs the losses of two classes, and the net `"
                                    + train.net().callee().text() + "` has no label")
                    .fix("remove it, or give the net a label: `label digit: class[N, 10]`"));
        }
    }

    private void require(String setting, String what, String example) {
        if (!seen.has(setting)) {
            log.add(Diagnostic.error(
                            Code.MISSING_SETTING,
                            train.name().span(),
                            "the recipe `" + train.name().text() + "` does not say " + what)
                    .fix("add `" + example + "`"));
        }
    }

    // ---- settings

    private void setting(Ast.Setting setting) {
        if (own.take(setting)) {
            return;
        }
        switch (setting) {
            case Ast.Data d -> {
                seen.once("data", d.span());
                data = new RecipeData(log).read(d.call());
            }
            case Ast.Stop s -> stop(s);
            case Ast.Expect e -> expect(e.condition());
            case Ast.Feed f -> f.bindings().forEach(this::feed);
            case Ast.Init i -> init.add(new RecipeGlobs(target.isKnown() ? target.weights() : null, log).source(i));
            case Ast.Transform t -> transform(t);
            case Ast.Precision p -> {
                seen.once("precision", p.span());
                precision = learning.precision(p.call());
            }
            case Ast.Budget b -> budget(b);
            case Ast.Checkpoint c -> checkpoint(c);
            default -> {} // the settings of a phase were taken, and phases come when all else is known
        }
    }

    private void stop(Ast.Stop stop) {
        Ast.Call call = stop.call();
        switch (call.callee().text()) {
            case "after" -> {
                seen.once("stop after", stop.span());
                length = new RecipeArguments(call, List.of("duration"), log).length("duration");
            }
            case "early" -> {
                seen.once("stop early", stop.span());
                RecipeArguments args = new RecipeArguments(call, List.of("metric", "patience", "least"), log);
                RecipeWatch.Read read = watch.read(args);
                early = new EarlyStop(new Watch(read.metric(), read.least()), args.integer("patience", 1));
            }
            default -> {
                seen.once("stop after", stop.span());
                RecipeWords.other(call.callee(), "stopping rule", List.of("after", "early"), log);
            }
        }
    }

    private void transform(Ast.Transform transform) {
        String phase = transform.phase().text();
        seen.once("transform " + phase, transform.span());
        if (phase.equals("train")) {
            RecipeTransforms transforms = new RecipeTransforms(log);
            training = transforms.read(transform.body(), false);
            mixup = transforms.mixup();
            mixed = transforms.mixed();
        } else if (phase.equals("eval")) {
            serving = new RecipeTransforms(log).read(transform.body(), true);
        } else {
            log.add(Diagnostic.error(
                            Code.TRANSFORM,
                            transform.phase().span(),
                            "transforms are for `train` or for `eval`, not for `" + phase + "`")
                    .fix("write `transform train { … }` or `transform eval { … }`"));
        }
    }

    private void budget(Ast.Budget budget) {
        seen.once("budget", budget.span());
        if (budget.condition() instanceof Ast.Binary b
                && b.op() == Ast.BinaryOp.AT_MOST
                && b.left() instanceof Ast.Ref ref
                && ref.name().text().equals("memory")) {
            Double bytes = new ArgumentValues(Scope.of(log), log).number("the budget", "a size", b.right());
            if (bytes == null || bytes >= 1) {
                memory = bytes == null ? 0 : bytes.longValue();
                return;
            }
        }
        log.add(Diagnostic.error(
                        Code.BUDGET,
                        budget.condition().span(),
                        "a budget bounds the memory, and "
                                + Log.quote(budget.condition().span()) + " does not")
                .fix("write `budget memory <= 8 GiB`"));
    }

    private void checkpoint(Ast.Checkpoint written) {
        seen.once("checkpoint", written.span());
        RecipeArguments args = RecipeArguments.of(
                new Ast.Name("checkpoint", written.span()),
                written.span(),
                written.args(),
                List.of("every", "keep"),
                log);
        checkpoint = new Checkpoint(args.lengthOr("every", Length.epochs(1)), args.integerOr("keep", 1, 1));
    }

    private void phase(Ast.Setting setting) {
        if (!(setting instanceof Ast.Phase phase)) {
            return;
        }
        if (!seen.has("phase") && seen.has("stop after")) {
            log.add(Diagnostic.error(
                            Code.PHASE,
                            phase.name().span(),
                            "phases say how long a recipe trains, and so does `stop after`")
                    .fix("remove `stop after`"));
        }
        seen.note("phase", phase.span());
        SettingsSeen inner = new SettingsSeen(log);
        PhaseSettings settings = new PhaseSettings(learning, target, inner, log);
        for (Ast.Setting s : phase.settings()) {
            if (!settings.take(s)) {
                log.add(Diagnostic.error(
                                Code.PHASE, s.span(), "this setting is for the whole recipe, not for a phase of it")
                        .fix("move it out of the phase; here can be " + Log.list(PhaseSettings.names())));
            }
        }
        settings.requireOptimizers("phase", phase.name(), own);
        Length duration = RecipeArguments.of(
                        phase.name(),
                        phase.duration().span(),
                        List.of(new Ast.Arg(
                                null, phase.duration(), phase.duration().span())),
                        List.of("duration"),
                        log)
                .length("duration");
        Optional.ofNullable(settings.phase(phase.name(), phase.name().text(), duration, own))
                .ifPresent(phases::add);
    }

    // ---- what refers to the net

    private void feed(Ast.Binding binding) {
        String input = binding.target().text();
        List<String> sources = target.sources();
        if (target.isKnown() && !sources.contains(input)) {
            log.unknown(Code.FEED, binding.target(), "input or label", "inputs and labels", sources);
        } else if (feed.putIfAbsent(input, binding.field().text()) != null) {
            log.add(Diagnostic.error(Code.FEED, binding.target().span(), "`" + input + "` is fed twice")
                    .fix("keep one of them"));
        }
    }

    private void expect(Ast.Expr condition) {
        Comparison comparison = null;
        if (condition instanceof Ast.Binary b && b.left() instanceof Ast.Ref metric) {
            comparison = Arrays.stream(Comparison.values())
                    .filter(c -> c.sign().equals(b.op().sign()))
                    .findFirst()
                    .orElse(null);
            if (comparison != null) {
                expect(metric.name(), comparison, b.right(), b.span());
            }
        }
        if (comparison == null) {
            log.add(Diagnostic.error(
                            Code.EXPECTATION,
                            condition.span(),
                            "an expectation compares a metric with a number, and " + Log.quote(condition.span())
                                    + " does not")
                    .fix("write `expect acc >= 0.98`, with `>=`, `>`, `<=` or `<`"));
        }
    }

    private void expect(Ast.Name metric, Comparison comparison, Ast.Expr bound, Span span) {
        target.requireTerm(metric, Code.EXPECTATION, log);
        Double number = new ArgumentValues(Scope.of(log), log)
                .number("the bound of `" + metric.text() + "`", "a number", bound);
        if (number != null) {
            String where = span.file().name() + ":" + span.line();
            expectations.add(new Expectation(metric.text(), comparison, number, where));
        }
    }
}
