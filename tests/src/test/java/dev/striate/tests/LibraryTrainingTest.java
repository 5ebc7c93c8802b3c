package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.recipe.Expectation;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.data.DataSets;
import dev.striate.runtime.train.Evaluation;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import striate.models.autoencoder.DenoisingAutoencoder;
import striate.models.linear.Adaline;
import striate.models.linear.LinearRegression;
import striate.models.linear.LogisticRegression;
import striate.models.linear.Perceptron;
import striate.models.mlp.Mlp;
import striate.models.multitask.DigitTasks;
import striate.models.pooling.L2PoolNet;
import striate.models.pooling.MaxoutNet;
import striate.models.recurrent.RecurrentConv;
import striate.models.recurrent.RowReader;
import striate.models.siamese.Siamese;

/** The nets of the library that learn from the embedded digits reach what their recipes expect. */
class LibraryTrainingTest {
    static Stream<Arguments> quick() {
        return Stream.of(
                Arguments.of(Perceptron.init(1), Perceptron.RECIPES),
                Arguments.of(Adaline.init(1), Adaline.RECIPES),
                Arguments.of(LinearRegression.init(1), LinearRegression.RECIPES),
                Arguments.of(LogisticRegression.init(1), LogisticRegression.RECIPES),
                Arguments.of(Mlp.init(1), Mlp.RECIPES),
                Arguments.of(RowReader.init(1), RowReader.RECIPES));
    }

    static Stream<Arguments> patient() {
        return Stream.of(
                Arguments.of(DenoisingAutoencoder.init(1).at(8, 8), DenoisingAutoencoder.RECIPES),
                Arguments.of(Siamese.init(1), Siamese.RECIPES),
                Arguments.of(DigitTasks.init(1), DigitTasks.RECIPES),
                Arguments.of(RecurrentConv.init(1), RecurrentConv.RECIPES),
                Arguments.of(MaxoutNet.init(1), MaxoutNet.RECIPES),
                Arguments.of(L2PoolNet.init(1), L2PoolNet.RECIPES));
    }

    @ParameterizedTest
    @MethodSource("quick")
    void smallNetsLearnDigits(Net net, List<Recipe> recipes) throws Exception {
        learns(net, recipes);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("patient")
    void convolutionalNetsLearnDigits(Net net, List<Recipe> recipes) throws Exception {
        learns(net, recipes);
    }

    private static void learns(Net net, List<Recipe> recipes) throws Exception {
        Backend backend = Backends.cpu(2);
        assertThat(recipes).hasSize(1);
        Recipe recipe = recipes.getFirst();
        assertThat(recipe.expectations()).isNotEmpty();
        try (Arena arena = Arena.ofShared()) {
            Samples samples = Samples.of(
                    DataSets.open(recipe.data().source(), recipe.data().arguments(), List.of(), arena), recipe);
            Map<String, Double> before = Evaluation.of(net, samples.test(), recipe.feed(), 100, backend);
            try (Trainer trainer = new Trainer(net, recipe, samples, backend)) {
                trainer.fit(new TrainingListener() {});
            }
            Map<String, Double> after = Evaluation.of(net, samples.test(), recipe.feed(), 100, backend);
            for (Expectation expected : recipe.expectations()) {
                String metric = expected.metric();
                assertThat(expected.holds(requireNonNull(after.get(metric))))
                        .as("%s is %s", expected, after.get(metric))
                        .isTrue();
                assertThat(expected.holds(requireNonNull(before.get(metric))))
                        .as("%s holds before", expected)
                        .isFalse();
            }
        }
    }
}
