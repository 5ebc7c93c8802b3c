package dev.striate.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.compiler.op.Ops;
import dev.striate.compiler.source.SourceFile;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the language promises by name is there, and nothing else: layers, losses, metrics and initializers. */
class LanguageListsTest {
    private static final String LAYERS = """
            fc conv conv_transpose depthwise_conv locally_connected
            max_pool avg_pool l2_pool global_avg_pool global_max_pool adaptive_avg_pool maxout channel_l2_pool
            step sigmoid tanh relu leaky_relu prelu elu selu gelu silu softplus hard_sigmoid hard_swish clip softmax log_softmax
            batch_norm layer_norm instance_norm group_norm lrn l2_normalize
            flatten reshape concat slice pad crop upsample channel_shuffle
            add mul div exp log sqrt abs square max mean sum zeros ones normal detach one_hot
            """;
    private static final String TRAINING_LAYERS = "dropout spatial_dropout stochastic_depth gaussian_noise";
    private static final String LOSSES = """
            cross_entropy binary_cross_entropy quadratic mse l1_loss smooth_l1 hinge perceptron_loss nll kl_divergence
            contrastive triplet
            """;
    private static final String METRICS = "top1 topk mae mean_iou confusion precision recall f1";

    private static String[] words(String list) {
        return list.strip().split("\\s+");
    }

    private static List<String> names(Category... categories) {
        Set<Category> asked = Set.of(categories);
        return Ops.ALL.stream()
                .filter(spec -> asked.contains(spec.category()))
                .map(OpSpec::name)
                .toList();
    }

    @Test
    void everyOperatorOfTheLanguageIsThere() {
        assertThat(names(Category.LAYER)).containsExactlyInAnyOrder(words(LAYERS));
        assertThat(names(Category.TRAINING_LAYER)).containsExactlyInAnyOrder(words(TRAINING_LAYERS));
        assertThat(names(Category.LOSS)).containsExactlyInAnyOrder(words(LOSSES));
        assertThat(names(Category.METRIC)).containsExactlyInAnyOrder(words(METRICS));
    }

    /** What is written as a layer, or between values, and leaves others behind, or none. */
    static Stream<String> otherwiseWritten() {
        return Stream.of(
                "x -> identity -> relu -> output y",
                "let a, b = x -> split(C, 2)  output y = a + b",
                "let a, b, c = x -> split(C, [1, 2, 1])  output y = a -> concat(b, c, axis=C)",
                "x -> residual { relu } -> output y",
                "x -> crop(like=x) -> output y",
                "output y = (x + x * x - x) / x",
                "output y = -x",
                "x -> max(axis=C) -> output y",
                "x -> mean(axis=[H, W]) -> output y");
    }

    static Stream<String> initialized() {
        return Arrays.stream(words("""
                        zeros ones constant(0.5) uniform(-1,1) normal(0,1) xavier_uniform xavier_normal he_uniform he_normal
                        lecun_normal orthogonal identity bilinear
                        """)).map(init -> "x -> conv(4, 3, init=" + init + ") -> output y");
    }

    @ParameterizedTest
    @MethodSource({"otherwiseWritten", "initialized"})
    void compiles(String body) {
        String text = "net Net { input x: f32[N, 4, 8, 8] " + body + " }";
        Compilation compilation = Compiler.compile(new SourceFile("net.cnn", text));
        assertThat(new TextRenderer(false).render(compilation.diagnostics().errors()))
                .isEmpty();
        assertThat(compilation.nets()).hasSize(1);
    }
}
