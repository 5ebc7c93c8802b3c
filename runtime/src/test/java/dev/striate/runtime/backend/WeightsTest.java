package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.striate.core.NetSpec;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.Parameter;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeightsTest {
    private static final NetSpec SPEC = new NetSpec(
            "net",
            List.of(
                    new Parameter("a.weight", Sizes.of(3, 5), Init.heUniform()),
                    new Parameter("a.bias", Sizes.of(3), Init.constant(7)),
                    new Parameter("b.weight", Sizes.of(2, 2), Init.normal(0, 1))));

    @Test
    void liesInOneSegmentInTheOrderOfTheSpecification() {
        Weights weights = Weights.init(SPEC, 1);
        assertThat(weights.spec()).isSameAs(SPEC);
        assertThat(weights.values().byteSize()).isEqualTo(4 * 22);
        assertThat(weights.values().address() % 64).isZero();
        assertThat(weights.offset("a.weight")).isZero();
        assertThat(weights.offset("a.bias")).isEqualTo(15);
        assertThat(weights.offset("b.weight")).isEqualTo(18);
        assertThat(weights.tensor("a.weight").shape()).isEqualTo(Sizes.of(3, 5));
        assertThat(weights.of("a.bias").toArray(ValueLayout.JAVA_FLOAT)).containsExactly(7, 7, 7);
        weights.of("b.weight").setAtIndex(ValueLayout.JAVA_FLOAT, 3, 42);
        assertThat(weights.values().getAtIndex(ValueLayout.JAVA_FLOAT, 21)).isEqualTo(42);
    }

    @Test
    void followsFromTheSeed() {
        float[] once = Weights.init(SPEC, 1).values().toArray(ValueLayout.JAVA_FLOAT);
        assertThat(Weights.init(SPEC, 1).values().toArray(ValueLayout.JAVA_FLOAT))
                .isEqualTo(once);
        assertThat(Weights.init(SPEC, 2).values().toArray(ValueLayout.JAVA_FLOAT))
                .isNotEqualTo(once);
        float bound = (float) Math.sqrt(6 / 5.0);
        assertThat(Weights.init(SPEC, 1).tensor("a.weight").toArray())
                .doesNotHaveDuplicates()
                .satisfies(values -> {
                    for (float v : values) {
                        assertThat(v).isBetween(-bound, bound);
                    }
                });
    }

    @Test
    void unknownPathsAreNamed() {
        Weights weights = Weights.zeros(SPEC);
        assertThat(weights.contains("c")).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> weights.of("c")).withMessage("net has no parameter c");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> weights.offset("c"))
                .withMessage("net has no parameter c");
    }
}
