package dev.striate.runtime.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.core.NetSpec;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.recipe.WeightSource;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.io.DataException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainedTest {
    private static final WeightSource FILE = WeightSource.weights("old.safetensors");

    @TempDir
    private Path folder;

    private static Weights weights(double value, Object... pathsAndSizes) {
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < pathsAndSizes.length; i += 2) {
            parameters.add(new Parameter(
                    (String) pathsAndSizes[i], Sizes.of((int) pathsAndSizes[i + 1]), Init.constant(value)));
        }
        return Weights.init(new NetSpec("Net", parameters), 1);
    }

    private static float first(Weights weights, String path) {
        return weights.of(path).get(ValueLayout.JAVA_FLOAT, 0);
    }

    @BeforeEach
    void write() throws IOException {
        weights(7, "body.conv.weight", 3, "body.conv.bias", 2, "classifier.weight", 5)
                .save(folder.resolve("old.safetensors"));
    }

    @Test
    void takesWhatItGives() throws IOException {
        Weights net = weights(1, "stem.conv.weight", 3, "stem.conv.bias", 2, "head.weight", 4);
        Pretrained.load(net, FILE.map("body.**", "stem.**").except("head.**"), folder);
        assertThat(first(net, "stem.conv.weight")).isEqualTo(7);
        assertThat(first(net, "stem.conv.bias")).isEqualTo(7);
        assertThat(first(net, "head.weight")).isEqualTo(1);

        Weights part = weights(1, "body.conv.weight", 3, "body.conv.bias", 2);
        Pretrained.load(part, FILE.part("**.bias"), folder);
        assertThat(first(part, "body.conv.weight")).isEqualTo(1);
        assertThat(first(part, "body.conv.bias")).isEqualTo(7);
    }

    private void refused(Weights net, WeightSource source, String why) {
        assertThatThrownBy(() -> Pretrained.load(net, source, folder))
                .isInstanceOf(DataException.class)
                .hasMessage(folder.resolve(source.file()) + ": " + why);
    }

    @Test
    void saysWhatIsMissing() {
        Weights net = weights(1, "body.conv.weight", 3, "head.weight", 4);
        refused(net, FILE, "has nothing for the parameter head.weight; add `except \"head.weight\"`, or a `map`");
        refused(
                net,
                FILE.map("classifier.*", "head.*"),
                "has head.weight as [5], and the net has [4]; add `except \"head.weight\"`");
        refused(
                net,
                FILE.map("**.weight", "head.**").map("body.conv.*", "*"),
                "has nothing for the parameter body.conv.weight; add `except \"body.conv.weight\"`, or a `map`");
        refused(
                net,
                FILE.map("body.conv.*", "classifier.*"),
                "the tensors 'body.conv.weight' and 'classifier.weight' both become classifier.weight; make the `map`"
                        + " more exact");
        assertThatThrownBy(() -> Pretrained.load(net, WeightSource.weights("none.safetensors"), folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("none.safetensors: cannot be read: there is no such file");
    }
}
