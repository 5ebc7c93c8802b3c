package com.example.digits;

import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.DataSets;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.train.DivergedException;
import dev.striate.runtime.train.Evaluation;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Says which digit a picture shows. {@code Digits} is generated from {@code digits.cnn}. */
public final class DigitsApp {
    private DigitsApp() {}

    /** {@code PICTURE [WEIGHTS]}; without the file of weights, which is digits.safetensors by default, trains first. */
    public static void main(String[] args) {
        if (args.length < 1 || args.length > 2) {
            System.err.println("usage: java -jar digits-app.jar PICTURE [WEIGHTS]");
            System.exit(2);
        }
        try {
            Picture picture = Picture.read(Path.of(args[0]));
            Digits net = net(Path.of(args.length == 2 ? args[1] : "digits.safetensors"));
            float[] probabilities = classify(net, picture);
            int digit = largest(probabilities);
            System.out.printf(Locale.ROOT, "%d (%.1f %%)%n", digit, 100 * probabilities[digit]);
        } catch (IOException | DivergedException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static Digits net(Path weights) throws IOException, DivergedException {
        if (Files.exists(weights)) {
            return Digits.load(weights);
        }
        Digits net = train(Digits.RECIPES.getFirst());
        net.weights().save(weights);
        return net;
    }

    private static Digits train(Recipe recipe) throws IOException, DivergedException {
        Digits net = new Digits(Weights.init(Digits.SPEC, recipe.data().seed()));
        try (Arena arena = Arena.ofShared()) {
            Splits digits = DataSets.open(recipe.data().source(), recipe.data().arguments(), List.of(), arena);
            try (Trainer trainer = new Trainer(net, recipe, Samples.of(digits, recipe), Backends.best())) {
                trainer.fit(new TrainingListener() {});
            }
            var test = Evaluation.of(
                    net, digits.test(), recipe.feed(), recipe.data().batch(), Backends.best());
            System.err.printf(Locale.ROOT, "trained; %.1f %% of the test digits are right%n", 100 * test.get("acc"));
        }
        return net;
    }

    private static float[] classify(Digits net, Picture picture) {
        try (var session = net.open(Backends.best(), 1)) {
            session.image().copyFrom(picture.pixels());
            session.run();
            return softmax(session.logits().toArray());
        }
    }

    private static float[] softmax(float[] logits) {
        float largest = logits[largest(logits)];
        float[] probabilities = new float[logits.length];
        float sum = 0;
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = (float) Math.exp(logits[i] - largest);
            sum += probabilities[i];
        }
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }

    private static int largest(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }
}
