package dev.striate.cli;

import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Recipe;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that change numbers of a recipe. */
final class Overrides {
    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            split = ",",
            description = "Other settings than the recipe's: lr, momentum, decay, batch.")
    private Map<String, String> settings = Map.of();

    @Option(names = "--epochs", paramLabel = "E", description = "Passes over the training set.")
    private @Nullable Integer epochs;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Decides first weights, order and dropout (default: the recipe's data seed).")
    private @Nullable Long seed;

    /**
     * The recipe with the changes.
     *
     * @throws Failure when a setting is unknown or out of its range
     */
    Recipe apply(Recipe recipe) {
        Recipe changed = recipe;
        boolean own = recipe.phases().stream().anyMatch(p -> !p.own().isEmpty());
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            if (own && List.of("lr", "momentum", "decay").contains(setting.getKey())) {
                throw Failure.usage(
                        "--set " + setting.getKey() + ": the recipe has several optimizers; change them in the file");
            }
            changed = set(changed, setting.getKey(), setting.getValue());
        }
        if (epochs != null) {
            if (epochs < 1) {
                throw Failure.usage("--epochs takes a number of at least 1, not " + epochs);
            }
            if (recipe.phases().size() > 1) {
                throw Failure.usage("--epochs: the recipe has phases, which say how long each of them is");
            }
            int wanted = epochs;
            changed = changed.phases(p -> p.epochs(wanted));
        }
        if (seed != null && seed < 0) {
            throw Failure.usage("--seed takes a whole number of at least 0, not " + seed);
        }
        return seed == null ? changed : changed.data(changed.data().seed(seed));
    }

    private static Recipe set(Recipe recipe, String name, String value) {
        return switch (name) {
            case "lr" -> {
                double lr = number(name, value, Double.MIN_VALUE, Float.MAX_VALUE);
                yield recipe.phases(p -> p.optimizer(p.optimizer().withLr(lr)));
            }
            case "momentum" -> {
                double momentum = number(name, value, 0, Math.nextDown(1.0));
                yield recipe.phases(p -> p.optimizer(momentum(p.optimizer(), momentum)));
            }
            case "decay" -> {
                double decay = number(name, value, 0, Float.MAX_VALUE);
                yield recipe.phases(p -> p.optimizer(p.optimizer().decay(decay)));
            }
            case "batch" -> recipe.data(batch(recipe.data(), value));
            default ->
                throw Failure.usage("--set: there is no setting " + name + "; there are lr, momentum, decay and batch");
        };
    }

    private static Optimizer momentum(Optimizer optimizer, double momentum) {
        return switch (optimizer) {
            case Optimizer.Sgd sgd -> sgd.momentum(momentum);
            case Optimizer.RmsProp rms -> rms.momentum(momentum);
            case Optimizer.Adagrad _, Optimizer.Adam _ ->
                throw Failure.usage("--set momentum: the recipe's optimizer has none; only sgd and rmsprop have");
        };
    }

    private static Data batch(Data data, String value) {
        double batch = number("batch", value, 1, Integer.MAX_VALUE);
        if (batch != Math.rint(batch)) {
            throw Failure.usage("--set batch takes a whole number, not " + value);
        }
        return data.batch((int) batch);
    }

    private static double number(String name, String value, double low, double high) {
        double number;
        try {
            number = Double.parseDouble(value);
        } catch (NumberFormatException _) {
            number = Double.NaN;
        }
        if (!(number >= low && number <= high)) {
            String range = low == Double.MIN_VALUE ? "above 0" : "of at least " + (int) low;
            throw Failure.usage("--set " + name + " takes a number " + range + (high <= 1 ? " and below 1" : "")
                    + ", not " + value);
        }
        return number;
    }
}
