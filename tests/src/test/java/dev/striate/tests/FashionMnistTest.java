package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.data.PublishedSet;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.train.Evaluation;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import striate.models.LeNet5;

/** Learning from real data, which {@code striate data get fashion_mnist} gets. */
class FashionMnistTest {
    /** One epoch; without the data the test fails and says so. */
    @Tag("slow")
    @Test
    void leNet5LearnsArticlesOfClothing() throws Exception {
        assertThat(accuracy(Backends.byName("cpu"), 1)).isGreaterThanOrEqualTo(0.80);
    }

    /** The whole recipe, with which the processor gets to 88.5 %; a device adds up in another order. */
    @Tag("cuda")
    @Test
    void leNet5LearnsAsMuchOnADeviceAsOnTheProcessor() throws Exception {
        assumeTrue(Backends.whyNoCuda().isEmpty(), "not run on a device: " + Backends.whyNoCuda());
        assumeTrue(
                PublishedSet.FASHION_MNIST.find(folders()).isPresent(),
                "not trained on a device: " + PublishedSet.FASHION_MNIST.missing(folders()));
        assertThat(accuracy(Backends.cuda(), 5)).isGreaterThanOrEqualTo(0.88);
    }

    private static List<Path> folders() {
        Path cache = Path.of(System.getProperty("user.home", ""), ".cache", "striate", "data");
        return Optional.ofNullable(System.getenv("STRIATE_DATA"))
                .map(folder -> List.of(Path.of(folder), cache))
                .orElse(List.of(cache));
    }

    /** What share of the test pictures is classified right after some epochs of the library's recipe. */
    private static double accuracy(Backend backend, int epochs) throws Exception {
        Recipe recipe = LeNet5.RECIPES.stream()
                .filter(r -> r.name().equals("Fashion"))
                .findFirst()
                .orElseThrow()
                .phases(p -> p.epochs(epochs));
        LeNet5 net = LeNet5.init(recipe.data().seed());
        try (Arena arena = Arena.ofShared()) {
            Splits data = PublishedSet.FASHION_MNIST.open(folders(), arena);
            try (Trainer trainer = new Trainer(net, recipe, Samples.of(data, recipe), backend)) {
                trainer.fit(new TrainingListener() {});
            }
            Map<String, Double> test = Evaluation.of(net, data.test(), recipe.feed(), 128, backend);
            return requireNonNull(test.get("acc"));
        }
    }
}
