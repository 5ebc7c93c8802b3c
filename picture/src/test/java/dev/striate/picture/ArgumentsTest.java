package dev.striate.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.analyze.NetModel;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static List<String> of(String layer) {
        NetModel net = Nets.of("""
                net One(c: int = 4) {
                  input image: f32[N, c, 12, 12]
                  image -> one: %s -> output y
                }
                """.formatted(layer));
        return net.graph().nodes().stream()
                .filter(n -> n.path().equals("one"))
                .findFirst()
                .map(Arguments::of)
                .orElseThrow();
    }

    @Test
    void asTheyAreWrittenWithTheirValues() {
        assertThat(of("conv(2 * c, 3)")).containsExactly("8", "3x3");
        assertThat(of("conv(2, 3x5, stride=3, pad=0x1, dilation=2, groups=2, round=floor)"))
                .containsExactly("2", "3x5", "stride=3", "dilation=2", "pad=0x1", "groups=2");
        assertThat(of("conv(2, 4, pad=[0, 1, 2, 1])")).containsExactly("2", "4x4", "pad=[0, 1, 2, 1]");
        assertThat(of("conv(2, 3, pad=same, bias=false, init=he_normal)")).containsExactly("2", "3x3", "pad=same");
        assertThat(of("max_pool(2)")).containsExactly("2x2");
        assertThat(of("max_pool(3, stride=1, pad=1)")).containsExactly("3x3", "stride=1", "pad=1");
        assertThat(of("softmax")).isEmpty();
        assertThat(of("upsample(2, mode=bilinear)")).containsExactly("2x2", "bilinear");
    }

    @Test
    void withoutDefaults() {
        assertThat(of("batch_norm")).isEmpty();
        assertThat(of("batch_norm(eps=1e-3)")).containsExactly("eps=0.001");
        assertThat(of("lrn(5)")).containsExactly("5");
        assertThat(of("lrn(5, alpha=2e-4)")).containsExactly("5", "alpha=2e-4");
        assertThat(of("leaky_relu(0.2)")).containsExactly("slope=0.2");
        assertThat(of("dropout(0.5)")).containsExactly("0.5");
    }

    @Test
    void axesByTheirNames() {
        assertThat(of("slice(C, 1, 3)")).containsExactly("C", "[1, 3]");
    }

    @Test
    void numbersWithoutNeedlessDigits() {
        assertThat(Arguments.number(2)).isEqualTo("2");
        assertThat(Arguments.number(0)).isEqualTo("0");
        assertThat(Arguments.number(-0.25)).isEqualTo("-0.25");
        assertThat(Arguments.number(1e-5)).isEqualTo("1e-5");
        assertThat(Arguments.number(2.5e8)).isEqualTo("2.5e8");
        assertThat(Arguments.number(100)).isEqualTo("100");
    }
}
