package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Expectation;
import dev.striate.core.recipe.Expectation.Comparison;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns a {@code train} declaration into a recipe. */
final class RecipeLowering {
    /** A recipe and the net that it trains. */
    record Lowered(Ast.Net net, RecipeModel model) {}

    private final Ast.Train train;
    private final Ast.@Nullable Net net;
    private final Log log;
    private final RecipeCalls calls;
    private final Map<String, Span> seen = new HashMap<>();
    private final Map<String, String> feed = new TreeMap<>();
    private final List<Expectation> expectations = new ArrayList<>();
    private @Nullable Data data;
    private @Nullable Optimizer optimizer;
    private Schedule schedule = Schedule.constant();
    private int epochs;

    private RecipeLowering(Ast.Train train, Ast.@Nullable Net net, Log log) {
        this.train = train;
        this.net = net;
        this.log = log;
        this.calls = new RecipeCalls(log);
    }

    /** The recipe of {@code train}, when there is no error in it. */
    static Optional<Lowered> lower(Ast.Train train, FileNames file, Log log) {
        Ast.Net net = net(train.net(), file, log);
        RecipeLowering lowering = new RecipeLowering(train, net, log);
        train.settings().forEach(lowering::setting);
        if (!log.isUnsure()) {
            lowering.checkWhole();
        }
        return net == null ? Optional.empty() : lowering.finish(net);
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

    private Optional<Lowered> finish(Ast.Net net) {
        Data from = data;
        Optimizer by = optimizer;
        if (log.hasFailed() || from == null || by == null) {
            return Optional.empty();
        }
        Recipe recipe = new Recipe(train.name().text(), from, by, schedule, epochs, feed, expectations);
        return Optional.of(new Lowered(net, new RecipeModel(recipe.name(), train.doc(), recipe, train.span())));
    }

    private void checkWhole() {
        require("data", "where its samples come from", "data digits(batch=64, seed=1)");
        require("optimize", "how the parameters learn", "optimize sgd(lr=0.05, momentum=0.9)");
        require("stop", "when it ends", "stop after(20 epochs)");
    }

    private void require(String setting, String what, String example) {
        if (!seen.containsKey(setting)) {
            log.add(Diagnostic.error(
                            Code.MISSING_SETTING,
                            train.name().span(),
                            "the recipe `" + train.name().text() + "` does not say " + what)
                    .fix("add `" + example + "`"));
        }
    }

    // ---- settings

    private void setting(Ast.Setting setting) {
        switch (setting) {
            case Ast.Data d -> {
                once("data", d.span());
                data = calls.data(d.call());
            }
            case Ast.Optimize o -> {
                once("optimize", o.span());
                if (o.objective() != null) {
                    log.unsupported(o.objective().span(), "an optimizer of one objective", "write `optimize sgd(…)`");
                }
                optimizer = calls.optimizer(o.call());
            }
            case Ast.Schedule s -> {
                once("schedule", s.span());
                Schedule read = calls.schedule(s.call());
                schedule = read == null ? schedule : read;
            }
            case Ast.Stop s -> {
                once("stop", s.span());
                Integer read = calls.stop(s.call());
                epochs = read == null ? 1 : read;
            }
            case Ast.Expect e -> expect(e.condition());
            case Ast.Feed f -> f.bindings().forEach(this::feed);
            case Ast.Init i -> later(i.span(), "`init`", "train from the initializers of the layers");
            case Ast.Transform t -> later(t.span(), "`transform`", "prepare the data beforehand");
            case Ast.Precision p -> later(p.span(), "`precision`", "leave it out: training is in f32");
            case Ast.ParamGroup g -> later(g.span(), "`group`", "leave it out: all parameters learn alike");
            case Ast.Freeze f -> later(f.span(), "`freeze`", "leave it out: all parameters learn");
            case Ast.Budget b -> later(b.span(), "`budget`", "leave it out");
            case Ast.Phase p -> later(p.name().span(), "`phase`", "write its settings into the recipe");
            case Ast.Checkpoint c -> later(c.span(), "`checkpoint`", "leave it out: the weights are kept in the end");
        }
    }

    private void later(Span span, String what, String fix) {
        log.unsupported(span, what, fix);
    }

    private void once(String setting, Span span) {
        Span before = seen.putIfAbsent(setting, span);
        if (before != null) {
            log.add(Diagnostic.error(Code.DUPLICATE_SETTING, span, "`" + setting + "` is given twice")
                    .related(before, "given here first")
                    .fix("keep one of them"));
        }
    }

    // ---- what refers to the net

    private void feed(Ast.Binding binding) {
        String target = binding.target().text();
        List<String> sources = sources();
        if (net != null && !sources.contains(target)) {
            if (!net.damaged()) {
                log.unknown(Code.FEED, binding.target(), "input or label", "inputs and labels", sources);
            }
        } else if (feed.putIfAbsent(target, binding.field().text()) != null) {
            log.add(Diagnostic.error(Code.FEED, binding.target().span(), "`" + target + "` is fed twice")
                    .fix("keep one of them"));
        }
    }

    private List<String> sources() {
        return names(s -> switch (s) {
            case Ast.Input i -> i.name();
            case Ast.Label l -> l.name();
            default -> null;
        });
    }

    private List<String> terms() {
        return names(s -> switch (s) {
            case Ast.Loss l -> l.name();
            case Ast.Metric m -> m.name();
            default -> null;
        });
    }

    private List<String> names(Function<Ast.Stmt, Ast.@Nullable Name> name) {
        List<Ast.Stmt> body = net == null ? List.of() : net.body();
        return body.stream()
                .map(name)
                .filter(Objects::nonNull)
                .map(Ast.Name::text)
                .toList();
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
        List<String> known = terms();
        if (net != null && !net.damaged() && !known.contains(metric.text())) {
            log.unknown(Code.EXPECTATION, metric, "metric or loss", "metrics and losses", known);
        }
        Double number = new ArgumentValues(Scope.of(log), log)
                .number("the bound of `" + metric.text() + "`", "a number", bound);
        if (number != null) {
            String where = span.file().name() + ":" + span.line();
            expectations.add(new Expectation(metric.text(), comparison, number, where));
        }
    }
}
