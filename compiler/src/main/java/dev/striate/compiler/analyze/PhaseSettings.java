package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.syntax.Ast;
import dev.striate.core.recipe.Freeze;
import dev.striate.core.recipe.Glob;
import dev.striate.core.recipe.Group;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Schedule;
import java.util.ArrayList;
import java.util.List;
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
        seen.once("optimize", o.span());
        if (o.objective() != null) {
            log.unsupported(o.objective().span(), "an optimizer of one objective", "write `optimize sgd(…)`");
        }
        optimizer = learning.optimizer(o.call());
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

    /** Whether an optimizer was written, right or wrong. */
    boolean hasOptimizer() {
        return seen.has("optimize");
    }

    /**
     * The phase, on top of what the recipe says for all of them; null when there is no optimizer.
     *
     * @param outer the recipe's own settings, or null for these
     */
    @Nullable
    Phase phase(Ast.Name name, String called, int epochs, @Nullable PhaseSettings outer) {
        List<Group> allGroups = new ArrayList<>(outer == null ? List.of() : outer.groups);
        List<Freeze> allFrozen = new ArrayList<>(outer == null ? List.of() : outer.frozen);
        allGroups.addAll(groups);
        allFrozen.addAll(frozen);
        Optimizer by = optimizer == null && outer != null ? outer.optimizer : optimizer;
        Schedule with = schedule == null && outer != null ? outer.schedule : schedule;
        if (by == null) {
            return null;
        }
        Phase phase = new Phase(called, epochs, by, with == null ? Schedule.constant() : with, allGroups, allFrozen);
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
