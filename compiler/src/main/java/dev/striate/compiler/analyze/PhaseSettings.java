package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.recipe.Freeze;
import dev.striate.core.recipe.Glob;
import dev.striate.core.recipe.Group;
import dev.striate.core.recipe.Length;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.OwnOptimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Schedule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What can stand in a recipe and in a phase of it: optimizer, schedule, groups and frozen parameters. */
final class PhaseSettings {
    private static final String FACTOR = "a number of at least 0";

    private final RecipeLearning learning;
    private final RecipeGlobs globs;
    private final RecipeTarget target;
    private final Log log;
    private final SettingsSeen seen;
    private final List<Group> groups = new ArrayList<>();
    private final List<Freeze> frozen = new ArrayList<>();
    private final Map<String, @Nullable Optimizer> own = new LinkedHashMap<>();
    private @Nullable Optimizer optimizer;
    private @Nullable Schedule schedule;

    PhaseSettings(RecipeLearning learning, RecipeTarget target, SettingsSeen seen, Log log) {
        this.learning = learning;
        this.target = target;
        this.globs = new RecipeGlobs(target.isKnown() ? target.weights() : null, log);
        this.seen = seen;
        this.log = log;
    }

    /** Takes a setting, if it is one of these. */
    boolean take(Ast.Setting setting) {
        switch (setting) {
            case Ast.Optimize o -> optimize(o);
            case Ast.Schedule s -> {
                seen.once("schedule", s.span());
                schedule = learning.schedule(s.call());
            }
            case Ast.ParamGroup g -> group(g);
            case Ast.Freeze f -> {
                for (String glob : globs.read(f.globs())) {
                    frozen.add(new Freeze(new Glob(glob), f.withStats()));
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void optimize(Ast.Optimize o) {
        Ast.Name objective = o.objective();
        if (objective == null) {
            seen.once("optimize", o.span());
            optimizer = learning.optimizer(o.call());
            return;
        }
        seen.once("optimize " + objective.text(), o.span());
        if (target.isKnown() && !target.objectives().contains(objective.text())) {
            log.unknown(Code.UNKNOWN_RECIPE_WORD, objective, "objective", "objectives", target.objectives());
        }
        own.put(objective.text(), learning.optimizer(o.call()));
    }

    private void group(Ast.ParamGroup group) {
        double lr = 1;
        double decay = 1;
        for (Ast.Tune tune : group.tunes()) {
            String what = "the factor of `" + tune.what().text() + "`";
            ArgumentValues values = new ArgumentValues(Scope.of(log), log);
            Double factor = values.number(what, FACTOR, tune.factor());
            if (factor != null && factor < 0) {
                values.wrong(what, FACTOR, values.fold(tune.factor()), tune.factor());
            }
            if (factor != null && tune.what().text().equals("lr")) {
                lr *= factor;
            } else if (factor != null) {
                decay *= factor;
            }
        }
        for (String glob : globs.read(group.globs())) {
            groups.add(new Group(new Glob(glob), lr, decay));
        }
    }

    /**
     * Reports parameters of which nothing says how they learn.
     *
     * @param kind what lacks an optimizer, a recipe or a phase
     * @param outer the recipe's own settings, or null for these
     */
    void requireOptimizers(String kind, Ast.Name name, @Nullable PhaseSettings outer) {
        boolean general = seen.has("optimize") || (outer != null && outer.seen.has("optimize"));
        Set<String> special = own(outer).keySet();
        if (general || (!target.isKnown() && !special.isEmpty())) {
            return;
        }
        List<String> without =
                target.objectives().stream().filter(o -> !special.contains(o)).toList();
        if (special.isEmpty()) {
            missing(kind, name, "the parameters learn", "optimize sgd(lr=0.05, momentum=0.9)", outer != null);
        } else if (!without.isEmpty()) {
            String objective = without.getFirst();
            missing(
                    kind,
                    name,
                    "the parameters of `" + objective + "` learn",
                    "optimize " + objective + ": sgd(lr=0.05, momentum=0.9)",
                    outer != null);
        }
    }

    private void missing(String kind, Ast.Name name, String what, String example, boolean inPhase) {
        log.add(Diagnostic.error(
                        Code.MISSING_SETTING,
                        name.span(),
                        "the " + kind + " `" + name.text() + "` does not say how " + what)
                .fix("add `" + example + "`" + (inPhase ? " to it or to the recipe" : "")));
    }

    /** The optimizers of single objectives; an inner one is in place of an outer one. */
    private Map<String, @Nullable Optimizer> own(@Nullable PhaseSettings outer) {
        Map<String, @Nullable Optimizer> all = new LinkedHashMap<>(outer == null ? Map.of() : outer.own);
        all.putAll(own);
        return all;
    }

    /**
     * The phase, on top of what the recipe says for all of them; null when an optimizer is missing.
     *
     * @param outer the recipe's own settings, or null for these
     */
    @Nullable
    Phase phase(Ast.Name name, String called, Length length, @Nullable PhaseSettings outer) {
        List<Group> allGroups = new ArrayList<>(outer == null ? List.of() : outer.groups);
        List<Freeze> allFrozen = new ArrayList<>(outer == null ? List.of() : outer.frozen);
        allGroups.addAll(groups);
        allFrozen.addAll(frozen);
        Map<String, @Nullable Optimizer> special = own(outer);
        Optimizer by = optimizer == null && outer != null ? outer.optimizer : optimizer;
        if (by == null && !special.isEmpty()) {
            // Each objective has its own, so that it does not matter which of them is for the rest: there is none.
            by = special.remove(special.keySet().iterator().next());
        }
        Schedule with = schedule == null && outer != null ? outer.schedule : schedule;
        if (by == null || special.containsValue(null)) {
            return null;
        }
        List<OwnOptimizer> optimizers = new ArrayList<>();
        special.forEach((objective, o) -> optimizers.add(new OwnOptimizer(
                objective,
                Objects.requireNonNull(o),
                RecipeGlobs.covering(target.updated(objective), target.parameters()).stream()
                        .map(Glob::new)
                        .toList())));
        Phase phase = new Phase(
                called, length, by, optimizers, with == null ? Schedule.constant() : with, allGroups, allFrozen);
        if (target.isKnown() && target.parameters().stream().noneMatch(phase::trains)) {
            log.add(Diagnostic.error(
                            Code.PHASE,
                            name.span(),
                            "`" + name.text() + "` freezes every parameter, so that nothing is left to train")
                    .fix("freeze fewer of them"));
        }
        return phase;
    }

    /** The settings that may stand here, for messages. */
    static Set<String> names() {
        return Set.of("freeze", "group", "optimize", "schedule");
    }
}
