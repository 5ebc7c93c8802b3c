package dev.striate.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.op.SoftmaxOp;
import dev.striate.core.recipe.Transform;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Output;
import dev.striate.runtime.io.DataException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs a net that takes one picture [N, 1 or 3, H, W] and gives a score for each class, [N, classes]. */
final class Predictor {
    private final PictureRuns runs;
    private final NetModel model;
    private final String output;

    /**
     * A class and how probable it is.
     *
     * @param index the class, from 0
     * @param probability from 0 to 1
     */
    record Guess(@JsonProperty("class") int index, float probability) {}

    /**
     * A net with its weights.
     *
     * @param output the output to read; null for the only one
     * @param serving what happens to pictures; when it is empty, they are fitted to the input
     * @throws Failure when there is no such output, or there are several to choose from
     */
    Predictor(Net net, NetModel model, @Nullable String output, List<Transform> serving) {
        this.runs = new PictureRuns(net, model, serving);
        this.model = model;
        List<String> names = model.inference().results(Graph.Kind.OUTPUT).stream()
                .map(Graph.Result::name)
                .toList();
        if (output == null && names.size() > 1) {
            throw Failure.usage("which output? choose with --output among " + String.join(", ", names));
        }
        this.output = output == null ? names.get(0) : output;
        if (!names.contains(this.output)) {
            throw Failure.usage("there is no output " + output + "; there are " + String.join(", ", names));
        }
    }

    /**
     * The probabilities of the classes for each picture. A net without a size of its own takes pictures at theirs, or at
     * the nearest that it can have, which is said.
     *
     * @param size rows and columns that every picture is brought to; null for the picture's own
     * @throws DataException when a picture cannot be read
     * @throws Failure when the net takes something else than one picture, or gives no scores of classes
     */
    List<float[]> probabilities(List<Path> images, @Nullable String size, Backend backend, Console console)
            throws DataException {
        return runs.run(images, output, size, backend, console, this::requireScores).stream()
                .map(row -> areProbabilities() ? row : softmax(row))
                .toList();
    }

    private void requireScores(Output scores) {
        if (scores.shape().rank() != 2 || scores.shape().dim(1) < 2) {
            throw Failure.input(model.name() + " gives " + output + " " + scores.shape()
                    + ", which is not a score for each class, [N, classes]");
        }
    }

    private boolean areProbabilities() {
        return model.inference()
                        .result(Graph.Kind.OUTPUT, output)
                        .orElseThrow()
                        .node()
                        .operation()
                instanceof SoftmaxOp;
    }

    private static float[] softmax(float[] scores) {
        float max = Float.NEGATIVE_INFINITY;
        for (float score : scores) {
            max = Math.max(max, score);
        }
        double sum = 0;
        for (float score : scores) {
            sum += Math.exp(score - max);
        }
        float[] probabilities = new float[scores.length];
        for (int i = 0; i < scores.length; i++) {
            probabilities[i] = (float) (Math.exp(scores[i] - max) / sum);
        }
        return probabilities;
    }

    /** The {@code count} most probable classes, the lower of equals first. */
    static List<Guess> top(float[] probabilities, int count) {
        return IntStream.range(0, probabilities.length)
                .mapToObj(i -> new Guess(i, probabilities[i]))
                .sorted(Comparator.comparingDouble(Guess::probability).reversed())
                .limit(count)
                .toList();
    }
}
