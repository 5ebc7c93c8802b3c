package dev.striate.cli;

import dev.striate.cli.Selection.Selected;
import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.ir.Graph;
import dev.striate.core.recipe.Checkpoint;
import dev.striate.core.recipe.Expectation;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Precision;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.WeightSource;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.train.DivergedException;
import dev.striate.runtime.train.Evaluation;
import dev.striate.runtime.train.Pretrained;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Trains one net, tests it and writes what came of it. */
final class TrainingRun {
    /** What shells make of the signal of Ctrl-C. */
    private static final int INTERRUPTED = 130;

    private final Selected selected;
    private final Recipe recipe;
    private final Backend backend;
    private final OutputFolder output;
    private final Console console;
    private final Net net;
    private double seconds;

    /**
     * A run from fresh weights.
     *
     * @param recipe with the changes that the user asked for
     */
    TrainingRun(Selected selected, Recipe recipe, Backend backend, OutputFolder output, Console console) {
        this.selected = selected;
        this.recipe = recipe;
        this.backend = backend;
        this.output = output;
        this.console = console;
        this.net = selected.net()
                .create(Weights.init(selected.net().spec(), recipe.data().seed()));
    }

    private static void requireGradients(CompiledNet source) {
        Graph training = source.model().training();
        if (training == null || training.results(Graph.Kind.GRADIENT).isEmpty()) {
            throw Failure.input("nothing that " + source.qualifiedName()
                    + " learns changes its loss; compute the loss from an output that has a layer with parameters,"
                    + " such as fc, before it");
        }
    }

    private boolean computesIn(Precision precision) {
        try {
            return backend.in(precision).isPresent();
        } catch (IllegalStateException e) {
            throw Failure.machine(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Does it all.
     *
     * @param data as the recipe wants it
     * @param folder what paths in the recipe are relative to
     * @param resume whether to go on from the latest checkpoint
     * @return the exit status: 0, 1 when an expectation is not met, 130 when the user interrupted it
     */
    int run(Samples data, Path folder, boolean resume) throws IOException {
        requireGradients(selected.net().source());
        if (!resume) { // a checkpoint has all weights
            for (WeightSource source : recipe.init()) {
                Pretrained.load(net.weights(), source, folder);
            }
        }
        console.say("training " + selected + ": " + net.weights().spec().learned() + " parameters, "
                + data.train().size() + " samples of " + data.train().name() + ", backend " + backend.name() + " ("
                + backend.description() + "), seed " + recipe.data().seed());
        if (!computesIn(recipe.precision())) {
            console.say("the recipe asks for " + recipe.precision().written() + "; the backend " + backend.name()
                    + " computes in f32, which is more exact");
        }
        output.write(selected.net().source());
        TrainingResult result = fit(data, resume);
        if (result.stopped()) {
            return INTERRUPTED;
        }
        Evaluation evaluation = evaluate(data);
        Map<String, Double> test = evaluation.scores();
        List<Expectation> unmet = recipe.expectations().stream()
                .filter(e -> !e.holds(test.getOrDefault(e.metric(), Double.NaN)))
                .toList();
        output.write(report(result, evaluation, unmet));
        console.say("weights: " + output.weights());
        console.say("generated Java: " + output.generated());
        console.say("report: " + output.report());
        Scores.print(evaluation, console);
        for (Expectation e : unmet) {
            String reached = test.containsKey(e.metric()) ? Scores.number(test.get(e.metric())) : "not measured";
            console.say(e.where() + ": expected " + e.metric() + " "
                    + e.comparison().sign() + " " + e.bound() + ", but it is " + reached);
        }
        return unmet.isEmpty() ? 0 : Failure.INPUT;
    }

    /** Tests the weights, which have been written. */
    private Evaluation evaluate(Samples data) throws IOException {
        try {
            return Evaluation.whole(
                    sizes().at(net, data.test()),
                    data.test(),
                    recipe.feed(),
                    recipe.data().batch(),
                    backend);
        } catch (DeviceException e) {
            throw Failure.machine("the device failed: " + e.getMessage() + "; training is done, and the weights are in "
                    + output.weights() + ", which `striate eval` tests");
        }
    }

    private ChosenSizes sizes() {
        return new ChosenSizes(selected.net().source().model());
    }

    private TrainingResult fit(Samples data, boolean resume) throws IOException {
        Checkpoint checkpoint = recipe.limits().checkpoint();
        Checkpoints checkpoints = new Checkpoints(output, checkpoint == null ? 1 : checkpoint.keep());
        TrainingProgress progress = new TrainingProgress(console, checkpoints);
        CountDownLatch written = new CountDownLatch(1);
        long start = System.nanoTime();
        try (Trainer trainer = new Trainer(sizes().at(net, data.train()), recipe, data, backend)) {
            if (resume) {
                Path from = checkpoints.resume(trainer);
                console.say("going on after step " + trainer.steps() + ": " + from);
            }
            Thread onInterrupt = new Thread(() -> finish(trainer, written), "striate-interrupt");
            Runtime.getRuntime().addShutdownHook(onInterrupt);
            try {
                TrainingResult result = trainer.fit(progress);
                seconds = (System.nanoTime() - start) / 1e9;
                if (result.stopped()) {
                    progress.interrupt();
                    Path file = checkpoints.write(trainer);
                    console.say("interrupted after step " + result.steps() + ": " + file
                            + "; go on with the same command and --resume");
                } else {
                    output.write(net.weights());
                }
                return result;
            } finally {
                written.countDown();
                removeHook(onInterrupt);
            }
        } catch (DivergedException e) {
            progress.interrupt();
            throw Failure.input(String.valueOf(e.getMessage()));
        } catch (DeviceException e) {
            progress.interrupt();
            Path last = checkpoints.last();
            throw Failure.machine("the device failed: " + e.getMessage() + "; "
                    + (last == null
                            ? "there is no checkpoint to go on from, which `checkpoint every=1 epoch` in the recipe writes"
                            : "go on from " + last + " with the same command and --resume"));
        }
    }

    /** The process ends when this returns, so it waits until the training thread has written a checkpoint. */
    private static void finish(Trainer trainer, CountDownLatch written) {
        trainer.stop();
        try {
            written.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending, and the hook is running.
        }
    }

    private Map<String, Object> report(TrainingResult result, Evaluation test, List<Expectation> unmet) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("net", net.weights().spec().name());
        report.put("recipe", recipe.name());
        report.put("parameters", net.weights().spec().learned());
        report.put("hash", net.weights().spec().hash());
        report.put("seed", recipe.data().seed());
        report.put("batch", recipe.data().batch());
        report.put("phases", recipe.phases().stream().map(Phase::toString).toList());
        report.put("backend", backend.name() + ": " + backend.description());
        report.put("steps", result.steps());
        report.put("samples", result.samples());
        report.put("seconds", seconds);
        report.put("epochs", result.epochs());
        report.put("held out", result.heldOut());
        report.put("test", test.scores());
        report.put("tables", test.tables());
        report.put(
                "unmet",
                unmet.stream()
                        .map(e -> e.metric() + " " + e.comparison().sign() + " " + e.bound())
                        .toList());
        return report;
    }
}
