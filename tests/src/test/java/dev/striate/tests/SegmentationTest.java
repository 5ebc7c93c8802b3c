package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.train.Evaluation;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import striate.models.segmentation.SmallFcn;

/** A fully convolutional net learns on pictures of one size and runs on those of others. */
@Tag("slow")
class SegmentationTest {
    private static final int CLASSES = 3;

    /** Noise with a disc, whose pixels are of class 1, and an upright bar of the same brightness, of class 2. */
    private static DataSet shapes(int samples, int height, int width, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] pictures = Runs.normal(random, samples * height * width);
        int[] masks = new int[pictures.length];
        for (int i = 0; i < pictures.length; i++) {
            pictures[i] *= 0.2f;
        }
        for (int sample = 0; sample < samples; sample++) {
            int x = random.nextInt(4, width / 2 - 4);
            int y = random.nextInt(4, height - 4);
            int bar = random.nextInt(width / 2 + 1, width - 3);
            for (int row = 0; row < height; row++) {
                for (int column = 0; column < width; column++) {
                    boolean disc = (row - y) * (row - y) + (column - x) * (column - x) <= 9;
                    boolean inBar = column >= bar && column < bar + 2;
                    int at = (sample * height + row) * width + column;
                    masks[at] = disc ? 1 : inBar ? 2 : 0;
                    pictures[at] += disc || inBar ? 1 : 0;
                }
            }
        }
        return new MemorySet(
                "shapes",
                samples,
                List.of(Field.floats("image", 1, height, width), Field.mask("mask", CLASSES, height, width)),
                List.of(MemorySet.floats(pictures), i -> masks[i]));
    }

    @Test
    void aFullyConvolutionalNetSegmentsAtSizesNotSeenInTraining() throws Exception {
        Backend backend = Backends.cpu(2);
        SmallFcn net = SmallFcn.init(1);
        Net at24 = net.at(24, 24);
        DataSet train = shapes(200, 24, 24, 1);
        Recipe recipe = Recipe.recipe(
                "Shapes", Data.data("shapes", 20).seed(1), Phase.phase(15, Optimizer.adam(3e-3, 0.9, 0.999, 1e-8)));
        double before = iou(at24, shapes(50, 24, 24, 2), backend);
        try (Trainer trainer = new Trainer(at24, recipe, Samples.of(new Splits(train, train), recipe), backend)) {
            trainer.fit(new TrainingListener() {});
        }
        assertThat(before).isLessThan(0.4);
        assertThat(iou(at24, shapes(50, 24, 24, 2), backend)).isGreaterThan(0.8);
        assertThat(iou(net.at(40, 32), shapes(50, 40, 32, 3), backend)).isGreaterThan(0.8);
        assertThat(iou(net.at(18, 50), shapes(50, 18, 50, 4), backend)).isGreaterThan(0.8);
    }

    private static double iou(Net net, DataSet set, Backend backend) throws Exception {
        return requireNonNull(Evaluation.of(net, set, Map.of(), 10, backend).get("iou"));
    }
}
