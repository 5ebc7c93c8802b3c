package dev.striate.runtime.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.window.Padding;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceTest {
    private static Source only(Work work) {
        assertThat(work.calls()).hasSize(1);
        return ((Call.Launch) work.calls().getFirst()).source();
    }

    private static Work works(Kernel kernel, List<Sizes> in, Sizes out) {
        return Works.of(kernel, Site.of(kernel, Style.F32, in, out));
    }

    @Test
    void elementsAreComputedPartByPart() {
        Source source = only(works(Pointwise.silu(), List.of(Sizes.of(2, 3)), Sizes.of(2, 3)));
        assertThat(source.text()).isEqualTo("""
                namespace in_NAME {
                constexpr int COUNT = 6;
                constexpr int AT_ONCE = 1;
                KERNEL NAME(const float* x0, float* y) {
                    FOR_EACH_FEW(first, COUNT, AT_ONCE) {
                        const auto few0 = few_at<AT_ONCE>(x0 + first);
                        Few<float, AT_ONCE> result;
                        for (int k = 0; k < AT_ONCE; k++) {
                            const int i = first + k;
                            const float v0 = few0.of[k];
                            const float v1 = sigmoid(v0);
                            const float v2 = v0 * v1;
                            result.of[k] = v2;
                        }
                        put_at<AT_ONCE>(y + first, result);
                    }
                }

                } // namespace in_NAME
                """.replace("NAME", source.name()));
    }

    @Test
    void operandsOfOtherShapesAreReadWhereTheyMeetTheResult() {
        Source source = only(works(Pointwise.add(), List.of(Sizes.of(2, 3, 4), Sizes.of(1, 3)), Sizes.of(2, 3, 4)));
        assertThat(source.text()).contains("const float v1 = x1[i / 4 % 3];");
    }

    @Test
    void equalKernelsAreOne() {
        Source a = only(works(Pointwise.relu(), List.of(Sizes.of(6)), Sizes.of(6)));
        Source b = only(works(Pointwise.relu(), List.of(Sizes.of(2, 3)), Sizes.of(2, 3)));
        Source c = only(works(Pointwise.relu(), List.of(Sizes.of(7)), Sizes.of(7)));
        assertThat(a).isEqualTo(b);
        assertThat(a.name()).isNotEqualTo(c.name());
        assertThat(Source.module(List.of(a, b, c)).split("KERNEL pointwise_", -1))
                .hasSize(3);
    }

    @Test
    void numbersAreWhatCTakes() {
        assertThat(Source.number(0.1)).isEqualTo("0.1f");
        assertThat(Source.number(1e-30)).isEqualTo("1.0E-30f");
        assertThat(Source.number(-2)).isEqualTo("-2.0f");
        assertThat(Source.number(Double.NaN)).isEqualTo("(0.0f / 0.0f)");
        assertThat(Source.number(Double.NEGATIVE_INFINITY)).isEqualTo("(-1.0f / 0.0f)");
    }

    @Test
    void convolutionsAreTheLibrarysWhereItKnowsTheirPadding() {
        Sizes x = Sizes.of(1, 3, 8, 8);
        Sizes weight = Sizes.of(4, 3, 3, 3);
        Conv even = Conv.conv(4, 3, 3).withoutBias().pad(1);
        Conv odd = Conv.conv(4, 3, 3).withoutBias().pad(new Padding.Explicit(0, 2, 1, 1));
        assertThat(works(even, List.of(x, weight), Sizes.of(1, 4, 8, 8)).calls().getFirst())
                .isInstanceOf(Call.Convolution.class);
        assertThat(only(works(odd, List.of(x, weight), Sizes.of(1, 4, 8, 8))).name())
                .startsWith("conv_");
    }

    @Test
    void reluIsTheLibrarysWhereItCanBe() {
        Sizes x = Sizes.of(1, 3, 8, 8);
        List<Sizes> operands = List.of(x, Sizes.of(4, 3, 3, 3), Sizes.of(4));
        Sizes out = Sizes.of(1, 4, 6, 6);
        Conv conv = Conv.conv(4, 3, 3);
        assertThat(works(conv.then(Pointwise.relu()), operands, out).calls()).hasSize(1);
        assertThat(works(conv.then(Pointwise.tanh()), operands, out).calls()).hasSize(2);
        assertThat(works(conv.withoutBias().then(Pointwise.relu()), operands.subList(0, 2), out)
                        .calls())
                .hasSize(2);
    }
}
