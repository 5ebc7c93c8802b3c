package dev.striate.compiler.diag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionsTest {
    private static final List<String> LAYERS = List.of(
            "conv", "conv_transpose", "fc", "relu", "gelu", "selu", "max_pool", "avg_pool", "lrn", "batch_norm");

    @Test
    void slipsOfTheHand() {
        assertThat(Suggestions.nearest("cnov", LAYERS)).as("swapped").contains("conv");
        assertThat(Suggestions.nearest("con", LAYERS)).as("left out").contains("conv");
        assertThat(Suggestions.nearest("convv", LAYERS)).as("doubled").contains("conv");
        assertThat(Suggestions.nearest("vonv", LAYERS)).as("replaced").contains("conv");
        assertThat(Suggestions.nearest("Relu", LAYERS)).as("case").contains("relu");
        assertThat(Suggestions.nearest("MaxPool", LAYERS))
                .as("case and underscore")
                .contains("max_pool");
        assertThat(Suggestions.nearest("batchnrom", LAYERS)).contains("batch_norm");
    }

    @Test
    void otherWordsAreNotSuggested() {
        assertThat(Suggestions.nearest("dense", LAYERS)).isEmpty();
        assertThat(Suggestions.nearest("fc", List.of("lrn", "conv"))).isEmpty();
        assertThat(Suggestions.nearest("relu", List.of())).isEmpty();
    }

    @Test
    void upToThreeNearestFirst() {
        assertThat(Suggestions.near("elu", LAYERS)).containsExactly("gelu", "relu", "selu");
        assertThat(Suggestions.near("max_pol", LAYERS)).containsExactly("max_pool");
    }
}
